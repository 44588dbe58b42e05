-- What the catalogs say of the extension, a line an object and property.  Parsed bodies
-- and expressions are without parentheses, which come and go with a dump.
SET search_path = pg_catalog;
WITH extension AS (
	SELECT * FROM pg_extension WHERE extname = 'serial'
), member AS (
	SELECT d.classid, d.objid FROM pg_depend AS d JOIN extension AS e ON d.refobjid = e.oid
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
), relation AS (
	-- partitions made at run time are no members
	SELECT c.*, m.objid IS NOT NULL AS is_member FROM pg_class AS c
	LEFT JOIN member AS m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
	WHERE c.relnamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
), role(id, name) AS (
	SELECT oid, quote_ident(rolname) FROM pg_roles UNION ALL SELECT 0, 'PUBLIC'
), acl(classid, objid, acl) AS (
	SELECT 'pg_proc'::regclass::oid, oid, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
	UNION ALL SELECT 'pg_class'::regclass, oid, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) FROM relation
	UNION ALL SELECT 'pg_type'::regclass, oid, coalesce(typacl, acldefault('T', typowner)) FROM pg_type
	UNION ALL SELECT 'pg_namespace'::regclass, oid, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
), fact(object, fact) AS (
	SELECT pg_describe_object(m.classid, m.objid, 0), 'member' FROM member AS m
	UNION ALL
	SELECT pg_describe_object(m.classid, m.objid, 0), 'comment ' || obj_description(m.objid, m.classid::regclass::name) FROM member AS m
	UNION ALL
	SELECT pg_describe_object(a.classid, a.objid, 0),
		   'rights ' || (SELECT string_agg(r.name || '=' || x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ' '
										   ORDER BY r.name, x.privilege_type)
						 FROM aclexplode(a.acl) AS x JOIN role AS r ON r.id = x.grantee)
	FROM acl AS a WHERE EXISTS (SELECT FROM member AS m WHERE (m.classid, m.objid) = (a.classid, a.objid))
		OR EXISTS (SELECT FROM relation AS r WHERE r.oid = a.objid)
	UNION ALL
	SELECT pg_describe_object(i.classoid, i.objoid, 0), 'initial right ' || r.name || '=' || x.privilege_type
	FROM pg_init_privs AS i CROSS JOIN aclexplode(i.initprivs) AS x JOIN role AS r ON r.id = x.grantee
	WHERE EXISTS (SELECT FROM member AS m WHERE (m.classid, m.objid) = (i.classoid, i.objoid)) AND r.name NOT IN ('PUBLIC', 'postgres')
	UNION ALL
	SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0), concat_ws('|', p.prosupport, p.proconfig, p.prosecdef, p.provolatile,
		p.proparallel, p.proisstrict, p.proleakproof, p.procost, p.prorows, pg_get_function_arguments(p.oid),
		pg_get_function_result(p.oid), p.prosrc, p.probin, translate(pg_get_function_sqlbody(p.oid), '()', ''))
	FROM pg_proc AS p JOIN member ON objid = p.oid AND classid = 'pg_proc'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_class'::regclass, r.oid, 0), concat_ws('|', r.relkind, r.relnatts, r.relreplident, r.reloptions,
		r.relrowsecurity, r.relforcerowsecurity, pg_get_expr(r.relpartbound, r.oid), r.is_member, obj_description(r.oid, 'pg_class'),
		CASE WHEN r.relkind = 'v' THEN translate(pg_get_viewdef(r.oid), '()', '') END, pg_get_partkeydef(r.oid))
	FROM relation AS r
	UNION ALL
	SELECT r.oid::regclass::text, concat_ws('|', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
		a.attgenerated, a.attstorage, a.attisdropped, translate(pg_get_expr(d.adbin, d.adrelid), '()', ''), col_description(r.oid, a.attnum))
	FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0
	LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
	UNION ALL
	SELECT r.oid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN relation AS r ON r.oid = i.indrelid
	UNION ALL
	SELECT r.oid::regclass::text, concat_ws('|', k.conname, k.conislocal, translate(pg_get_constraintdef(k.oid), '()', ''))
	FROM pg_constraint AS k JOIN relation AS r ON r.oid = k.conrelid WHERE k.contype <> 'n'
	UNION ALL
	SELECT r.oid::regclass::text, concat_ws('|', t.tgenabled, translate(pg_get_triggerdef(t.oid), '()', ''))
	FROM pg_trigger AS t JOIN relation AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
	UNION ALL
	SELECT r.oid::regclass::text, concat_ws('|', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
		pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid))
	FROM pg_sequence AS s JOIN relation AS r ON r.oid = s.seqrelid
	LEFT JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
	UNION ALL
	SELECT pg_describe_object('pg_type'::regclass, t.oid, 0), concat_ws('|', t.typtype, t.typlen, t.typalign, t.typstorage, t.typinput,
		t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typcategory, t.typanalyze)
	FROM pg_type AS t JOIN member ON objid = t.oid AND classid = 'pg_type'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_type'::regclass, t.oid, 0), concat_ws('|', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod))
	FROM pg_type AS t JOIN member ON objid = t.oid AND classid = 'pg_type'::regclass
	JOIN pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
	UNION ALL
	SELECT pg_describe_object('pg_cast'::regclass, c.oid, 0), concat_ws('|', c.castfunc::regprocedure, c.castcontext, c.castmethod)
	FROM pg_cast AS c JOIN member ON objid = c.oid AND classid = 'pg_cast'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_operator'::regclass, o.oid, 0), concat_ws('|', o.oprcode, o.oprrest, o.oprjoin,
		o.oprcom::regoperator, o.oprnegate::regoperator, o.oprcanhash, o.oprcanmerge)
	FROM pg_operator AS o JOIN member ON objid = o.oid AND classid = 'pg_operator'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_opfamily'::regclass, a.amopfamily, 0), concat_ws('|', a.amopstrategy, a.amopopr::regoperator)
	FROM pg_amop AS a JOIN member ON objid = a.amopfamily AND classid = 'pg_opfamily'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_opfamily'::regclass, a.amprocfamily, 0),
		concat_ws('|', a.amproclefttype::regtype, a.amprocrighttype::regtype, a.amprocnum, a.amproc)
	FROM pg_amproc AS a JOIN member ON objid = a.amprocfamily AND classid = 'pg_opfamily'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_opclass'::regclass, o.oid, 0), concat_ws('|', o.opcintype::regtype, o.opckeytype::regtype, o.opcdefault)
	FROM pg_opclass AS o JOIN member ON objid = o.oid AND classid = 'pg_opclass'::regclass
	UNION ALL
	SELECT pg_describe_object('pg_proc'::regclass, a.aggfnoid, 0), concat_ws('|', a.aggtransfn, a.aggcombinefn, a.aggfinalfn,
		a.aggsortop::regoperator, a.aggtranstype::regtype, a.agginitval)
	FROM pg_aggregate AS a JOIN member ON objid = a.aggfnoid AND classid = 'pg_proc'::regclass
	UNION ALL
	SELECT 'extension', concat_ws('|', e.extversion, e.extnamespace::regnamespace, e.extrelocatable) FROM extension AS e
	UNION ALL
	SELECT 'dumped ' || c.relation::regclass, c.condition
	FROM extension AS e CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) AS c(relation, condition)
)
SELECT l.line
FROM fact AS f CROSS JOIN LATERAL regexp_replace(f.object || ': ' || f.fact, '\s+', ' ', 'g') AS l(line)
WHERE l.line IS NOT NULL ORDER BY l.line COLLATE "C";
