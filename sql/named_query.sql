-- Named queries, and polling.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_operator;
SELECT serial.grant_access('regress_serial_reader', 'reader');
SELECT serial.grant_access('regress_serial_operator', 'operator');

SET ROLE regress_serial_operator;
SELECT serial.create_query('shipped', '{"EQ_bizStep": ["shipping"]}');
SELECT serial.create_query('cold', '{"GT_e:degrees": 8}', '{"e": "https://ns.example.com/"}');
SELECT serial.create_query('last', '{"orderBy": "eventTime", "eventCountLimit": 1}');
SELECT serial.create_query('shipped', '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.create_query('wrong', '{"EQ_bizStep": ["shipping"], "maxEventCount": "many"}');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.create_query('wrong', '{"EQ_colour": ["red"]}');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.create_query('', '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT name, parameters, context, created_by = session_user AS by_me FROM serial.named_query ORDER BY name COLLATE "C";

SELECT serial.commission('{(01)09506000134352(21)1}', at => '2026-01-01 08:00') AS commissioned,
	serial.ship('{(01)09506000134352(21)1}', '9506000000022', '9506000000015', at => '2026-01-01 09:00') AS shipped,
	serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)2}', 'inspecting', at => '2026-01-01 10:00', attributes => '{"https://ns.example.com/degrees": 9}') AS warm;

-- A reader runs them, and polls.
SET ROLE regress_serial_reader;
SELECT event, content ->> 'bizStep' AS step FROM serial.run_query('shipped');
SELECT event, content ->> 'bizStep' AS step FROM serial.run_query('cold');
SELECT event, content ->> 'bizStep' AS step FROM serial.run_query('last');
SELECT event, content ->> 'bizStep' AS step FROM serial.poll_query('shipped');
SELECT event, content ->> 'bizStep' AS step FROM serial.poll_query('shipped', 0, 1);
SELECT event, content ->> 'bizStep' AS step FROM serial.poll_query('shipped', 1, 1);
SELECT event, content ->> 'bizStep' AS step FROM serial.poll_query('shipped', 3);
SELECT event, content ->> 'bizStep' AS step, content ? 'recordTime' AS has_record_time FROM serial.poll_query('cold');
SELECT * FROM serial.poll_query('last');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM serial.poll_query('shipped', 99);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM serial.run_query('nothing');
SELECT serial.problem(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE');
SELECT serial.drop_query('shipped');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_serial_operator;
SELECT serial.drop_query('shipped');
SELECT serial.drop_query('shipped');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_reader;
DROP ROLE regress_serial_operator;
