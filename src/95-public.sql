-- What PUBLIC may call.  Schema serial_internal is closed to it.  What remains open is what the server calls
-- for a user of the type and its operators, and what functions and views that are open
-- to PUBLIC call in his name.

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA serial_internal FROM PUBLIC;

-- Input and output, casts, aggregates, operators with their estimators and support
-- functions, and operator classes.
DO $$
DECLARE
	f pg_catalog.regprocedure;
BEGIN
	FOR f IN
		SELECT p.oid FROM pg_catalog.pg_proc AS p
		WHERE p.pronamespace = 'serial_internal'::pg_catalog.regnamespace
		  AND p.oid IN (
			SELECT unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin,
								t.typmodout]::pg_catalog.oid[])
			FROM pg_catalog.pg_type AS t WHERE t.oid = 'serial.serial'::pg_catalog.regtype
			UNION ALL
			SELECT unnest(ARRAY[o.oprcode, o.oprrest, o.oprjoin]::pg_catalog.oid[])
			FROM pg_catalog.pg_operator AS o
			UNION ALL
			SELECT s.prosupport FROM pg_catalog.pg_proc AS s
			UNION ALL
			SELECT a.amproc FROM pg_catalog.pg_amproc AS a
			UNION ALL
			SELECT c.castfunc FROM pg_catalog.pg_cast AS c
			UNION ALL
			SELECT g.aggtransfn FROM pg_catalog.pg_aggregate AS g)
	LOOP
		EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', f);
	END LOOP;
END;
$$;

GRANT EXECUTE ON FUNCTION
	-- the index conditions that the planner makes of <@ and @>
	serial_internal.contents_array(serial.serial),
	serial_internal.contents_array(serial.serial[]),
	serial_internal.containers_array(serial.serial),
	-- the indexes of serial.item
	serial_internal.is_final(text),
	-- serial.epc_uri, serial.epc_hex, serial.epc_tag_uri
	serial_internal.company_prefix_digits(serial.serial),
	serial_internal.company_prefix_length(serial.serial),
	-- serial.vocabulary
	serial_internal.vocabulary_words()
	TO PUBLIC;

-- Questions of the ledger are for readers.
REVOKE EXECUTE ON FUNCTION
	serial.check_seals(), serial.check_state(), serial.expiring(interval), serial.expiring(interval, text, boolean),
	serial.history(serial.serial),
	serial.items_at(text, timestamptz, boolean), serial.made_from(serial.serial), serial.made_into(serial.serial),
	serial.on_hand(text, text, timestamptz, boolean), serial.proof(bigint),
	serial.shipped_to(text, timestamptz, timestamptz), serial.stock(timestamptz), serial.suspects(),
	serial.trace(serial.serial), serial.where_is(serial.serial, timestamptz)
	FROM PUBLIC;
