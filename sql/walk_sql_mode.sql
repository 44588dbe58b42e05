-- With WALKS=sql: do the tests that follow walk in SQL?
SELECT serial.container('plain:nothing');
SHOW serial.enable_direct_walk;
