-- Leases: blocks of numbers that others issue.
\set SHOW_CONTEXT never

SELECT serial.create_pool('leased', 'plain', 'LE-', length => 6, capacity => 1000);
SELECT serial.issue('leased', 5);
SELECT serial.lease('leased', 10, 'plant 2', now() + interval '1 hour') AS lease \gset
SELECT serial.lease('leased', 10, 'plant 3') AS other \gset
SELECT ordinals, holder, expires_at > now() AS will_expire, leased_by = session_user AS by_me FROM serial.lease ORDER BY lease;

-- Issue from pool and leases do not meet.
SELECT serial.issue_lease(:lease, 3, 'run 1');
SELECT serial.issue('leased');
SELECT serial.issue_lease(:other, 2);
SELECT serial_internal.lease_left(:lease), serial_internal.lease_left(:other), serial_internal.lease_left(1000000);
SELECT capacity, issued, leased, remaining FROM serial.pools WHERE name = 'leased';
SELECT ordinals, lease = :lease AS first_lease, reference FROM serial.batch WHERE lease IS NOT NULL ORDER BY batch;

-- Rolled back, they are burnt.
BEGIN;
SELECT serial.issue_lease(:lease, 1);
ROLLBACK;
SELECT serial.issue_lease(:lease, 1);

-- Export for a line that is offline: all that is left, the same each time
SELECT serial.lease_serials(:other);
SELECT count(*), min(v), max(v) FROM serial.lease_serials(:other) AS v;
SELECT serial.issue_lease(:other, 1);
SELECT serial_internal.lease_left(:other);

-- Returned, a lease issues nothing, and what was left is dead.
SELECT serial.return_lease(:lease);
SELECT serial.issue_lease(:lease, 1);
SELECT serial.lease_serials(:lease);
SELECT serial.return_lease(:lease);
SELECT serial.issue('leased', 2);

-- Expired likewise.
SELECT serial.lease('leased', 5, 'plant 4', now() + interval '1 hour') AS expiring \gset
SELECT serial.issue_lease(:expiring, 1);
UPDATE serial.lease SET expires_at = now() - interval '1 second' WHERE lease = :expiring;
SELECT serial.issue_lease(:expiring, 1);

-- Void
SELECT serial.void(ARRAY['plain:LE-000001', 'plain:LE-000002'], 'label torn');
SELECT serial.void(ARRAY['plain:LE-000002'], 'again');
SELECT serial.void(ARRAY['plain:LE-000003', 'plain:LE-000999'], 'never issued');
SELECT serial.void(ARRAY['plain:LE-000003', 'luhn:79927398713'], 'not ours');
SELECT serial.void(ARRAY['plain:LE-000003', NULL], 'nothing');
SELECT serial.void(ARRAY['plain:LE-000003'], NULL);

-- What became of each
SELECT n, o.pool, o.issued, o.reference, o.issued_by = session_user AS by_me, o.holder, o.state, o.reason
FROM generate_series(1, 36) AS n, serial.origin(('plain:LE-' || lpad(n::text, 6, '0'))::serial.serial) AS o
ORDER BY n;

-- A number that becomes void while it is leased is never issued.
SELECT serial.create_pool('torn', 'plain', 'TORN-', length => 2);
SELECT serial.lease('torn', 6, 'plant 6') AS torn \gset
SELECT serial.void(ARRAY['plain:TORN-01', 'plain:TORN-03', 'plain:TORN-04'], 'roll of labels stolen');
SELECT serial.issue_lease(:torn, 1);
SELECT serial.issue_lease(:torn, 3);
SELECT * FROM serial.lease_serials(:torn);
SELECT serial.lease_serials(:torn);
SELECT issued, leased, remaining FROM serial.pools WHERE name = 'torn';
-- What becomes void later is left out of a reprint.
SELECT serial.void(ARRAY['plain:TORN-05'], 'printed twice');
SELECT serial.lease_serials(:torn);

-- Many at once get the same answers, in any order.
WITH asked AS (
	SELECT array_agg(('plain:LE-' || lpad(n::text, 6, '0'))::serial.serial ORDER BY n * 17 % 41) || 'luhn:79927398713'::serial.serial AS ids
	FROM generate_series(0, 40) AS n)
SELECT count(*), bool_and(a.pool IS NOT DISTINCT FROM o.pool AND a.state = o.state
						  AND a.reason IS NOT DISTINCT FROM o.reason) AS same,
	   bool_and(a.id = ids[a.ordinality]) AS in_order, string_agg(DISTINCT a.state, ', ' ORDER BY a.state) AS states
FROM asked, ROWS FROM (serial_internal.origin_states(ids)) WITH ORDINALITY AS a, serial.origin(a.id) AS o;
SELECT count(*) FROM serial_internal.origin_states('{}');

-- Bad input
SELECT serial.lease('nothing', 5, 'x');
SELECT serial.lease('leased', 0, 'x');
SELECT serial.lease('leased', 1001, 'x');
SELECT serial.lease('leased', 999, 'x');
SELECT serial.lease('leased', 5, NULL);
SELECT serial.lease('leased', 5, 'x', '2026-01-05 08:00+00');
SELECT serial.issue_lease(1000000, 1);
SELECT serial.issue_lease(:other, 0);
SELECT serial.issue_lease(:other, 11);
SELECT serial.issue_lease(:other, NULL);
SELECT serial.return_lease(1000000);
SELECT serial.lease_serials(1000000);
SELECT capacity, issued, leased, remaining FROM serial.pools WHERE name = 'leased';

-- A pool and a lease of one number
SELECT serial.create_pool('one', 'plain', 'LE-1', length => 4, capacity => 1);
SELECT serial.issue_lease(serial.lease('one', 1, 'plant 5'), 1);
SELECT serial.issue('one');
