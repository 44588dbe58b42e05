-- Rights: what the levels of access may do.

-- Verifiers get verdicts on identifiers that they present, and nothing else.
-- Readers ask every question.  Operators record what they do, take note of
-- alerts and seal.  To declare an event of somebody's wrong, to recall, and to
-- say what is legal takes an admin.
CREATE FUNCTION serial_internal.access_rights()
RETURNS TABLE (level text, privilege text, object text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.level, r.privilege, r.object
	FROM (VALUES
		('reader', 'SELECT', 'TABLE serial.aggregation'),
		('reader', 'SELECT', 'TABLE serial.aggregation_history'),
		('reader', 'SELECT', 'TABLE serial.pool'),
		('reader', 'SELECT', 'TABLE serial.lease'),
		('reader', 'SELECT', 'TABLE serial.batch'),
		('reader', 'SELECT', 'TABLE serial.voided'),
		('reader', 'SELECT', 'TABLE serial.pools'),
		('reader', 'EXECUTE', 'FUNCTION serial_internal.pool_allocated(integer)'),
		('reader', 'EXECUTE', 'FUNCTION serial_internal.pool_leased(integer)'),
		('reader', 'EXECUTE', 'FUNCTION serial_internal.pool_reserved(integer)'),
		('reader', 'SELECT', 'TABLE serial.reservation'),
		('reader', 'SELECT', 'TABLE serial.reserved'),
		('reader', 'EXECUTE', 'FUNCTION serial_internal.lease_left(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.origin(serial.serial)'),
		('reader', 'SELECT', 'TABLE serial.event'),
		('reader', 'SELECT', 'TABLE serial.event_item'),
		('reader', 'SELECT', 'TABLE serial_internal.accepted_item'),
		('reader', 'SELECT', 'TABLE serial.item'),
		('reader', 'SELECT', 'TABLE serial.lot'),
		('reader', 'SELECT', 'TABLE serial.lot_change'),
		('reader', 'SELECT', 'TABLE serial.recall_item'),
		('reader', 'SELECT', 'TABLE serial.place'),
		('reader', 'SELECT', 'TABLE serial.alert'),
		('reader', 'SELECT', 'TABLE serial.recall'),
		('reader', 'SELECT', 'TABLE serial.verification'),
		('reader', 'SELECT', 'TABLE serial.verification_answer'),
		('reader', 'SELECT', 'TABLE serial.resolver_link'),
		('reader', 'SELECT', 'TABLE serial.public_fact'),
		('reader', 'SELECT', 'TABLE serial.transition'),
		('reader', 'SELECT', 'TABLE serial.transitions'),
		('reader', 'SELECT', 'TABLE serial.former_transition'),
		('reader', 'SELECT', 'TABLE serial.detached_month'),
		('reader', 'SELECT', 'TABLE serial.detached_event_id'),
		('reader', 'SELECT', 'TABLE serial.seal'),
		('reader', 'SELECT', 'TABLE serial.open_alerts'),
		('reader', 'SELECT', 'TABLE serial.unsealed_events'),
		('reader', 'SELECT', 'TABLE serial.unpartitioned_history'),
		('reader', 'SELECT', 'TABLE serial.aggregation_history_default'),
		('reader', 'SELECT', 'TABLE serial.adopted'),
		('reader', 'EXECUTE', 'FUNCTION serial_internal.adopted_state(regclass)'),
		('reader', 'SELECT', 'TABLE serial.early_declaration'),
		('reader', 'SELECT', 'TABLE serial.document'),
		('reader', 'SELECT', 'TABLE serial.captured_event'),
		('reader', 'SELECT', 'TABLE serial.vocabulary_element'),
		('reader', 'SELECT', 'TABLE serial.trade_item'),
		('operator', 'SELECT, INSERT', 'TABLE serial.inbox'),
		('operator', 'EXECUTE', 'FUNCTION serial.capture(text, text, boolean, text, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.capture(xml, text, boolean, text, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.check_document(text, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.check_document(xml, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.take_inbox(integer, text, boolean)'),
		('reader', 'EXECUTE', 'FUNCTION serial.event_json(bigint, text)'),
		('reader', 'EXECUTE', 'FUNCTION serial.event_hash(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.epcis_document(bigint[], text, text, text, text, boolean, jsonb)'),
		('reader', 'EXECUTE', 'FUNCTION serial.event_xml(bigint, text)'),
		('reader', 'EXECUTE', 'FUNCTION serial.epcis_xml(bigint[], text, text, text, text, boolean, jsonb)'),
		('reader', 'EXECUTE', 'FUNCTION serial.epcis_query(jsonb, jsonb)'),
		('reader', 'EXECUTE', 'FUNCTION serial.epcis_query_document(jsonb, jsonb)'),
		('reader', 'EXECUTE', 'FUNCTION serial.epcis_master_data(jsonb, jsonb)'),
		('reader', 'SELECT', 'TABLE serial.named_query'),
		('reader', 'EXECUTE', 'FUNCTION serial.run_query(text)'),
		('reader', 'EXECUTE', 'FUNCTION serial.poll_query(text, bigint, integer)'),
		('operator', 'EXECUTE', 'FUNCTION serial.create_query(text, jsonb, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.drop_query(text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.capture(jsonb, text, boolean, text, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.check_document(jsonb, boolean)'),
		('admin', 'EXECUTE', 'FUNCTION serial_internal.declare_early(text, text, text, jsonb)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.verify(serial.serial, text, date)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.verify(text, text, date, boolean, text)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.saleable(serial.serial, boolean)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.verification_response(jsonb, text, boolean)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.verification_response(text, text, text, date, text, text, text, '
			'text, boolean)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.linkset(text)'),
		('verifier', 'EXECUTE', 'FUNCTION serial.provenance(serial.serial)'),
		('verifier', 'EXECUTE', 'FUNCTION serial_internal.canonical_gtin(text)'),
		('verifier', 'EXECUTE', 'FUNCTION serial_internal.link_targets(text, text, text, text)'),
		('verifier', 'EXECUTE', 'FUNCTION serial_internal.request_expiry(text)'),
		('verifier', 'EXECUTE', 'FUNCTION serial_internal.verification_data(text, text)'),
		('reader', 'EXECUTE', 'FUNCTION serial.recalled(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.outstanding(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.recall_consignees(bigint)'),
		('reader', 'EXECUTE', 'FUNCTION serial.recall_containers(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue(text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue(text, bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.issue_lease(bigint, bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.lease_serials(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.batch_serials(bigint)'),
		('operator', 'EXECUTE', 'FUNCTION serial.void(serial.serial[], text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.pack(serial.serial, serial.serial[], timestamptz, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.unpack(serial.serial[], timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.unpack_all(serial.serial, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.record(text, text, serial.serial[], text, text, timestamptz, text, '
			'text, serial.serial, serial.serial[], serial.serial[], text, date, jsonb, jsonb, jsonb, jsonb, jsonb, '
			'jsonb, text, text, text, jsonb, boolean)'),
		('operator', 'EXECUTE', 'FUNCTION serial.commission(serial.serial[], text, date, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.ship(serial.serial[], text, text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.receive(serial.serial[], text, text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.dispense(serial.serial[], text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.decommission(serial.serial[], text, text, timestamptz, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.reinstate(serial.serial[], timestamptz, jsonb, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.quarantine(serial.serial[], text, text, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.release_quarantine(serial.serial[], text, timestamptz)'),
		('operator', 'EXECUTE', 'FUNCTION serial.aggregate(serial.serial, serial.serial[], text, timestamptz, '
			'boolean, jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.disaggregate(serial.serial, serial.serial[], text, timestamptz, '
			'jsonb)'),
		('operator', 'EXECUTE', 'FUNCTION serial.acknowledge(bigint, text)'),
		('operator', 'EXECUTE', 'FUNCTION serial.seal()'),
		('admin', 'EXECUTE', 'FUNCTION serial.lease(text, bigint, text, timestamptz)'),
		('admin', 'EXECUTE', 'FUNCTION serial.return_lease(bigint)'),
		('admin', 'EXECUTE', 'FUNCTION serial.close_pool(text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.reserve(text, serial.serial[], text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.partition_history(timestamptz)'),
		('admin', 'EXECUTE', 'FUNCTION serial.detach_history(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial.adopt(regclass, name, name, text, text, text, text, boolean)'),
		('admin', 'EXECUTE', 'FUNCTION serial.resync(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial.adopted_skipped(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial.unadopt(regclass)'),
		('admin', 'EXECUTE', 'FUNCTION serial_internal.sync_adopted()'),
		('admin', 'EXECUTE', 'FUNCTION serial.declare_error(bigint, text, jsonb)'),
		('admin', 'EXECUTE', 'FUNCTION serial.recall(text, text[], text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.recall_items(serial.serial[], text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.recall_range(serial.serial, serial.serial, text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.close_recall(bigint)'),
		('admin', 'EXECUTE', 'FUNCTION serial.set_lot_expiry(text, text, date, text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.correct(serial.serial, serial.serial, text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.correct_lot(serial.serial[], text, date, text)'),
		('admin', 'EXECUTE', 'FUNCTION serial.detach_month(date)'),
		('admin', 'EXECUTE', 'FUNCTION serial.attach_month(date)'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.lot'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.place'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.trade_item'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.transition'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.verification_answer'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.resolver_link'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.public_fact'),
		('admin', 'INSERT, UPDATE, DELETE', 'TABLE serial.company_prefix'),
		('admin', 'EXECUTE', 'FUNCTION serial.create_pool(text, text, text, integer, text, boolean, double '
			'precision, bigint, bigint)')
	) AS r(level, privilege, object)
	UNION ALL
	SELECT 'reader', 'EXECUTE', 'FUNCTION serial.' || f.signature
	FROM unnest(ARRAY[
		'changes(bigint, integer)', 'check_seals()', 'check_state()', 'expiring(interval)',
		'expiring(interval, text, boolean)', 'history(serial.serial)', 'items_at(text, timestamptz, boolean)',
		'made_from(serial.serial)', 'made_into(serial.serial)', 'on_hand(text, text, timestamptz, boolean)',
		'proof(bigint)', 'shipped_to(text, timestamptz, timestamptz)', 'stock(timestamptz)', 'suspects()',
		'trace(serial.serial)', 'where_is(serial.serial, timestamptz)']) AS f(signature)
	UNION ALL
	-- Questions run with the rights of the user, and so do the functions that they call.
	SELECT 'reader', 'EXECUTE', 'FUNCTION serial_internal.' || f.signature
	FROM unnest(ARRAY[
		'blocking_dispositions(jsonb)', 'canonical_place(text)',
		'changes_horizon(bigint, integer)', 'check_lot(text, boolean)', 'containment(serial.serial)',
		'contents_around(serial.serial, timestamptz)',
		'current_items_at(text)', 'current_persistent_dispositions(serial.serial)', 'current_state(serial.serial)',
		'current_stock()', 'current_stock(text)', 'is_in_stock(text)',
		'day_of(timestamptz)', 'decide_persistent_dispositions(jsonb)', 'dispositions(text)',
		'event_content(serial.event, text)', 'event_digest(serial.event, text)', 'event_items_text(bigint)',
		'events_of(serial.serial, timestamptz)', 'events_of_transformation(bigint, timestamptz)',
		'expiring_items(date)', 'folded_items(serial.serial[])',
		'format_event_items(text[], text[], serial.serial[])', 'is_complete()', 'items_of_recall(bigint)',
		'known_expiry(serial.serial, text, date)', 'known_variant(serial.serial)', 'last_mention(serial.serial)',
		'lgtin(text, text)', 'lot_of(serial.serial, text)', 'made(serial.serial, text, text)',
		'newer_persistent_dispositions(jsonb, jsonb)', 'party(jsonb, text)',
		'past_items(text, timestamptz)', 'past_places(serial.serial[], timestamptz)', 'past_stock(text, timestamptz)',
		'persistent_dispositions_set(jsonb)', 'places_within(text, boolean)',
		'recall_key(serial.serial)', 'recall_key(text)', 'recall_of(serial.serial, text)',
		'recall_numbered(bigint)', 'recall_of_contents(serial.serial)',
		'seal_chain(bytea, bytea, bigint)', 'seal_leaves(bytea)',
		'shipments(serial.serial[])', 'shipped_contents(serial.serial, timestamptz, bigint, boolean)',
		'sort_key(serial.serial)', 'state(serial.serial, timestamptz, boolean, bigint)',
		'stock_at(text, timestamptz, boolean)', 'stock_of(text, timestamptz, boolean)',
		'timestamp_text(timestamptz)', 'trace_sql(serial.serial)',
		'transition_at(text, text, timestamptz)', 'transitions_changed_at()', 'vocabulary_word(text, text)',
		'withdrawn_content(serial.serial)',
		'compares(text, text, text[])', 'event_word(text, jsonb, jsonb)',
		'has_member(bigint, text, boolean, text[], text, text[])', 'matches_class(text, text[])',
		'matches_pattern(serial.serial, text)', 'parameter_count(text, jsonb)', 'parameter_list(text, jsonb)',
		'parameter_scalar(text, jsonb)', 'parameter_time(text, jsonb)', 'parameter_values(text, jsonb)',
		'parameter_operands(text, jsonb, boolean, boolean)', 'parameter_presence(text, jsonb)', 'instant(text)',
		'is_number(text)', 'measurement_type(text)', 'word_in_event(text, bigint)', 'said_by_event(bigint)',
		'query_patterns(text, text[])',
		'query_condition(text, jsonb, jsonb)', 'query_operand(text, text, jsonb, jsonb)', 'query_parameters()',
		'query_items(text[])', 'query_members(text, jsonb)', 'query_places(text[])', 'names_place(text)',
		'query_words(text, text[], jsonb)', 'query_order_key(text, jsonb)', 'query_ordering(text, text)',
		'query_page(text, text, bigint)',
		'member_order(bigint, text[])', 'refuse_parameter(text, text)', 'braced_name(text, jsonb, jsonb)',
		'canonical_link(text)', 'document_of_events(jsonb, jsonb[], text[], jsonb[], text[], text)',
		'event_contents(bigint[])', 'attribute_members(jsonb)', 'prefixed_names(jsonb, jsonb)', 'with_prefix(jsonb)',
		'declaration_content(serial.event)', 'error_declaration(serial.event, jsonb)',
		'declaration_attributes(serial.event)', 'own_attributes(jsonb, jsonb)', 'event_attributes(jsonb)',
		'corrective_event(serial.event)', 'corrective_event_ids(serial.event, jsonb)',
		'first_wrong_event(serial.event)',
		'corrected_content(serial.event, serial.serial[], serial.serial[], serial.serial[], serial.serial[])',
		'corrected_items(jsonb, serial.serial, serial.serial[], serial.serial[], serial.serial[], serial.serial[])',
		'corrected_list(jsonb, serial.serial[])',
		'merged_context(jsonb, jsonb)', 'prefixes_of_event(jsonb, jsonb)', 'with_members(jsonb, jsonb)',
		'expand_names(jsonb, jsonb)',
		'event_in(jsonb, text, jsonb, text, text)', 'expand_name(text, jsonb, jsonb)', 'item_uri(serial.serial)',
		'item_spelling(text)',
		'known_event(text)', 'number_uri(text, text)', 'place_uri(text, text)', 'recorded_contents(bigint[])',
		'time_text(timestamptz, text)', 'typed_json(jsonb, text)', 'uri_in(text, text)',
		'uris_in(jsonb, text)',
		'utc_time(text)', 'whole_context(jsonb, jsonb)', 'attribute_list(jsonb)',
		'with_items(jsonb, serial.serial[], serial.serial[], serial.serial[], serial.serial[])',
		'described_elements(text[])', 'master_data(bigint[], text)', 'mentioned_elements(bigint[])',
		'attribute_name(text, jsonb)', 'elements_with_attribute(text, text[])',
		'query_attributes(text, jsonb, jsonb)', 'query_where(jsonb, jsonb)', 'query_sql(jsonb, jsonb)',
		'answered_events(bigint[], timestamptz[])', 'found_events(jsonb, jsonb)', 'query_named(text)',
		'element_key(text, text, jsonb)', 'is_of_places(text)', 'elements_within(text[])',
		'element_has(jsonb, jsonb, jsonb)',
		'element_answer(jsonb, jsonb, jsonb)', 'parameter_boolean(text, jsonb)']) AS f(signature)
	UNION ALL
	-- serial.capture runs with the rights of the user, too.
	SELECT 'operator', 'EXECUTE', 'FUNCTION serial_internal.' || f.signature
	FROM unnest(ARRAY[
		'capture_document(jsonb, bytea, text, boolean, text, boolean)',
		'capture_event(jsonb, jsonb, text, boolean, bigint, integer, boolean, boolean)',
		'capture_events(jsonb, jsonb, text[], boolean[], bigint, boolean, boolean, boolean)',
		'captured_with_hash(text, boolean)', 'known_before(jsonb, jsonb, text, boolean)',
		'are_new(jsonb, text[])', 'captured_name(jsonb, text)', 'first_item_uri(jsonb)', 'is_event_type(text)',
		'find_captured(jsonb, text, text)', 'is_declared(bigint, text, text)',
		'capture_declaration(jsonb, jsonb, text, text, bigint, boolean)', 'captured_with_id(text)',
		'check_capture_arguments(jsonb, text)', 'check_document(jsonb, boolean, boolean)',
		'event_list(jsonb)', 'numbered_events(jsonb)', 'document_header(jsonb)', 'document_of_text(text)',
		'json_document(text)', 'is_xml(text)', 'document_type(jsonb)', 'document_parts()', 'problem_of_parts(jsonb)',
		'event_expiry(text)', 'event_identifiers(jsonb, jsonb, jsonb)', 'event_ilmd(text, jsonb, jsonb)',
		'event_items(jsonb, jsonb)',
		'event_persistent(jsonb, jsonb, jsonb)', 'event_problem(jsonb, jsonb, boolean)',
		'event_typed_list(jsonb, text, jsonb, jsonb)',
		'finish_inbox(bigint, serial_internal.capture_result[], text, text, text)', 'is_about_event(text)',
		'keep_counts(bigint, jsonb)', 'keep_document(text, text, bytea, jsonb, integer)',
		'keep_event(bigint, integer, bigint, text, text, text, jsonb)', 'keep_master_data(bigint, jsonb)',
		'keep_content(serial_internal.capture_result[], text)', 'event_company_prefixes(jsonb)',
		'learn_company_prefixes(text[])', 'lock_inbox(integer)', 'lock_known_items(serial.serial[])',
		'prepare_capture(jsonb, jsonb, text[])', 'record_captured(jsonb, jsonb, text, boolean)',
		'recorded_status(bigint)', 'recorded_with_hash(jsonb, text)',
		'recorded_without_items(timestamptz)', 'find_early_declaration(text, text)',
		'rename_early_declaration(text, text)']) AS f(signature);
END;
COMMENT ON FUNCTION serial_internal.access_rights() IS
'what serial.grant_access grants at each level, those of the levels below aside';

-- An error about rights names the level that is missing: the planner asks the support function
-- of a function that is called, which refuses users who may not call it.  IMMUTABLE functions
-- have none, because index expressions are planned for all users who read the table.
CREATE FUNCTION serial_internal.needs_verifier(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_needs_verifier';
COMMENT ON FUNCTION serial_internal.needs_verifier(internal) IS
'support function: refuses users without the right to call the function; errors 42501';
CREATE FUNCTION serial_internal.needs_reader(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_needs_reader';
COMMENT ON FUNCTION serial_internal.needs_reader(internal) IS
'as serial_internal.needs_verifier';
CREATE FUNCTION serial_internal.needs_operator(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_needs_operator';
COMMENT ON FUNCTION serial_internal.needs_operator(internal) IS
'as serial_internal.needs_verifier';
CREATE FUNCTION serial_internal.needs_admin(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_needs_admin';
COMMENT ON FUNCTION serial_internal.needs_admin(internal) IS
'as serial_internal.needs_verifier';
CREATE FUNCTION serial_internal.needs_owner(internal)
RETURNS internal
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_needs_owner';
COMMENT ON FUNCTION serial_internal.needs_owner(internal) IS
'as serial_internal.needs_verifier';

DO $$
DECLARE
	f record;
BEGIN
	FOR f IN
		SELECT p.oid::pg_catalog.regprocedure AS signature, a.level
		FROM serial_internal.access_rights() AS a
		JOIN pg_catalog.pg_proc AS p ON p.oid = pg_catalog.to_regprocedure(pg_catalog.substr(a.object, 10))
		WHERE a.object LIKE 'FUNCTION %' AND p.provolatile <> 'i' AND p.prosupport = 0
		  AND p.prorettype <> 'trigger'::pg_catalog.regtype
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s SUPPORT serial_internal.needs_%s', f.signature, f.level);
	END LOOP;
END;
$$;

CREATE FUNCTION serial_internal.grant_rights(role regrole, level text, suffix text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	levels CONSTANT text[] := ARRAY['verifier', 'reader', 'operator', 'admin'];
	r record;
BEGIN
	IF level <> ALL (levels) THEN
		RAISE EXCEPTION '"%" is not a level of access', level
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'The levels are verifier, reader, operator and admin.';
	END IF;
	FOR r IN
		SELECT a.privilege, a.object FROM serial_internal.access_rights() AS a
		WHERE array_position(levels, a.level) <= array_position(levels, grant_rights.level)
	LOOP
		EXECUTE format('GRANT %s ON %s TO %s%s', r.privilege, r.object, role, suffix);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION serial_internal.grant_rights(regrole, text, text) IS
'grants a role the rights of a level, with or without the option to grant them; errors 22023 no such level';
REVOKE EXECUTE ON FUNCTION serial_internal.grant_rights(regrole, text, text) FROM PUBLIC;

-- The installer of a trusted extension owns it without owning its functions, so the
-- right to grant is granted to him.  The function relies on its own ACL: a look at
-- session_user or at SET ROLE from inside would take whatever code runs in the
-- session of a superuser for his decision.
CREATE FUNCTION serial.grant_access(role regrole, level text)
RETURNS void
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT serial_internal.grant_rights(role, level, '');
END;
COMMENT ON FUNCTION serial.grant_access(regrole, text) IS
'grants a role what a verifier, reader, operator or admin may do; only for the owners of the extension and of the '
'database; errors 42501 not an owner, 22023 no such level';
REVOKE EXECUTE ON FUNCTION serial.grant_access(regrole, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION serial.grant_access(regrole, text) TO @extowner@;
-- After a superuser's restore, the extension is the superuser's.
GRANT EXECUTE ON FUNCTION serial.grant_access(regrole, text) TO pg_database_owner;
ALTER FUNCTION serial.grant_access(regrole, text) SUPPORT serial_internal.needs_owner;

-- An owner who is no superuser has the rights of an admin, and can dump the database.
-- He may grant them, so that the grants in a dump can be restored by him.
SELECT serial_internal.grant_rights('@extowner@', 'admin', ' WITH GRANT OPTION') FROM pg_catalog.pg_roles
WHERE oid = '@extowner@'::pg_catalog.regrole AND NOT rolsuper;
SELECT serial_internal.let_owner_dump(oid) FROM pg_catalog.pg_class
WHERE relnamespace = 'serial'::pg_catalog.regnamespace AND relkind IN ('r', 'p', 'S');
DO $$
BEGIN
	IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE oid = '@extowner@'::pg_catalog.regrole) THEN
		ALTER TABLE serial.pool_key DISABLE ROW LEVEL SECURITY;
	END IF;
END;
$$;
