-- Words, of the Core Business Vocabulary (CBV) 2.0.

CREATE FUNCTION serial_internal.vocabulary_words()
RETURNS TABLE (kind text, word text)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'serial_vocabulary_words';
COMMENT ON FUNCTION serial_internal.vocabulary_words() IS
'the bare words of CBV 2.0';

CREATE VIEW serial.vocabulary AS SELECT w.kind, w.word FROM serial_internal.vocabulary_words() AS w;
COMMENT ON VIEW serial.vocabulary IS
'the bare words of CBV 2.0; other words are URIs';
COMMENT ON COLUMN serial.vocabulary.kind IS
'business_step, disposition, business_transaction, source_destination or error_reason';
COMMENT ON COLUMN serial.vocabulary.word IS
'the bare word';
GRANT SELECT ON serial.vocabulary TO PUBLIC;

CREATE FUNCTION serial_internal.vocabulary_word(kind text, word text)
RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'serial_vocabulary_word';
COMMENT ON FUNCTION serial_internal.vocabulary_word(text, text) IS
'the one form of a word of CBV 2.0, which may come bare, as a web URI or as a URN; a URI of one''s own passes; '
'errors 22023 neither, or no such kind';
