-- How a bench measures: two statements in turn, A B A B ..., each fully run;
-- what counts is the median of the pairwise ratios.

CREATE SCHEMA bench;

CREATE TABLE bench.result
(
	n integer GENERATED ALWAYS AS IDENTITY,
	what text, a_ms numeric, b_ms numeric, ratio numeric, at_most numeric
);

-- what pgbench has measured, milliseconds of us and them
CREATE TABLE bench.pair (a numeric, b numeric);

CREATE FUNCTION bench.ms(statement text) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz := clock_timestamp();
BEGIN
	EXECUTE statement;
	RETURN extract(epoch FROM clock_timestamp() - began) * 1000;
END;
$$;

CREATE FUNCTION bench.compare(what text, at_most numeric, a text, b text, runs integer DEFAULT 7)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	a_ms double precision[];
	b_ms double precision[];
BEGIN
	RAISE INFO '  % ...', what;
	PERFORM bench.ms(a), bench.ms(b);    -- warm up
	FOR i IN 1 .. runs LOOP
		a_ms[i] := bench.ms(a);
		b_ms[i] := bench.ms(b);
	END LOOP;
	INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
	SELECT compare.what,
	       percentile_cont(0.5) WITHIN GROUP (ORDER BY x)::numeric,
	       percentile_cont(0.5) WITHIN GROUP (ORDER BY y)::numeric,
	       percentile_cont(0.5) WITHIN GROUP (ORDER BY x / y)::numeric, compare.at_most
	FROM unnest(a_ms, b_ms) AS t(x, y);
END;
$$;

-- For sizes and for what is measured outside
CREATE FUNCTION bench.note(what text, at_most numeric, a numeric, b numeric)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
	VALUES (what, a, b, a / b, at_most);
$$;

CREATE VIEW bench.report AS
SELECT what, round(a_ms, 2) AS ours, round(b_ms, 2) AS theirs,
       round(ratio, 3) AS ratio, at_most,
       CASE WHEN ratio <= at_most THEN 'yes' ELSE 'NO' END AS within
FROM bench.result ORDER BY n;
