-- Words, of the Core Business Vocabulary (CBV) 2.0.

CREATE TABLE serial.vocabulary
(
	kind text NOT NULL,
	word text NOT NULL,
	PRIMARY KEY (kind, word)
);
COMMENT ON TABLE serial.vocabulary IS
'the bare words of CBV 2.0; other words are URIs';
COMMENT ON COLUMN serial.vocabulary.kind IS
'business_step, disposition, business_transaction, source_destination or error_reason';
COMMENT ON COLUMN serial.vocabulary.word IS
'the bare word';
GRANT SELECT ON serial.vocabulary TO PUBLIC;

INSERT INTO serial.vocabulary (kind, word)
SELECT kind, unnest(string_to_array(words, ' '))
FROM (VALUES
	('business_step', 'commissioning creating_class_instance encoding reserving decommissioning destroying killing packing unpacking repackaging loading unloading assembling disassembling installing removing replacing picking staging_outbound departing shipping consigning transporting arriving accepting receiving void_shipping storing stocking collecting entering_exiting holding inspecting sampling repairing cycle_counting stock_taking dispensing retail_selling sensor_reporting other'),
	('disposition', 'encoded reserved active in_progress in_transit sellable_accessible sellable_not_accessible available conformant returned unknown container_closed container_open unavailable non_sellable_other damaged expired recalled no_pedigree_match non_conformant needs_replacement mismatch_instance mismatch_class mismatch_quantity stolen dispensed partially_dispensed retail_sold disposed inactive destroyed completeness_verified completeness_inferred'),
	('business_transaction', 'bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt'),
	('source_destination', 'owning_party possessing_party location'),
	('error_reason', 'did_not_occur incorrect_data')
) AS v(kind, words);

CREATE FUNCTION serial.vocabulary_word(kind text, word text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	prefix text := CASE kind WHEN 'business_step' THEN 'BizStep' WHEN 'disposition' THEN 'Disp'
		WHEN 'business_transaction' THEN 'BTT' WHEN 'source_destination' THEN 'SDT' ELSE 'ER' END;
	bare text := regexp_replace(word, format('^(https://ref\.gs1\.org/cbv/%s-|urn:epcglobal:cbv:%s:)', prefix, lower(prefix)), '');
BEGIN
	IF word IS NULL OR EXISTS (SELECT FROM serial.vocabulary AS v WHERE v.kind = vocabulary_word.kind AND v.word = bare) THEN
		RETURN bare;
	END IF;
	IF word ~ '^[A-Za-z][A-Za-z0-9+.-]*:.' AND word !~ '^(https://ref\.gs1\.org/cbv/|urn:epcglobal:cbv:)' THEN
		RETURN word;
	END IF;
	RAISE EXCEPTION '"%" is no % of CBV 2.0', word, replace(kind, '_', ' ')
		USING ERRCODE = 'invalid_parameter_value',
			  DETAIL = 'Expected one of its bare words, or a URI for a word of your own.',
			  HINT = format('SELECT word FROM serial.vocabulary WHERE kind = %L;', kind);
END;
$$;
COMMENT ON FUNCTION serial.vocabulary_word(text, text) IS
'the one form of a word of CBV 2.0, which may come bare, as a web URI or as a URN; a URI of one''s own passes; errors 22023 neither';
