// node-postgres (pg), with pg-copy-streams where it is there
const { Client, types } = require('pg');
const { pipeline } = require('stream/promises');
const { Readable } = require('stream');

let tests = 0;
let failures = 0;
function equal(got, expected, name) {
    const passed = JSON.stringify(got) === JSON.stringify(expected);
    tests += 1;
    failures += passed ? 0 : 1;
    console.log(`${passed ? '' : 'not '}ok ${tests} - ${name}`);
    if (!passed)
        console.log(`#      got: ${JSON.stringify(got)}\n# expected: ${JSON.stringify(expected)}`);
}

const unit = n => `(01)09506000134352(21)A${n}`;
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const pallet = '(00)395060000000000016';
const box = '(00)395060000000000023';
const bad = '(01)09506000134353(21)A1';

async function main() {
    const client = new Client();
    await client.connect();
    const one = async (text, values) => Object.values((await client.query(text, values)).rows[0])[0];
    await client.query('CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, n int)');

    await client.query('INSERT INTO unit VALUES ($1, $2)', [unit(1), 1]);
    await client.query('INSERT INTO unit SELECT * FROM unnest($1::text[], $2::int[])',
        [range(2, 100).map(unit), range(2, 100)]);
    equal(await one('SELECT count(*)::int FROM unit'), 100, 'insert, one and a batch');

    equal(await one('SELECT id FROM unit WHERE id = $1', ['https://example.com/01/09506000134352/21/A7']), unit(7),
        'select by any spelling, as string');
    equal((await client.query('SELECT n FROM unit WHERE id = ANY ($1) ORDER BY n', [[unit(5), unit(3)]])).rows,
        [{ n: 3 }, { n: 5 }], '= ANY of an array');
    equal(await one('SELECT serial.pack($1, $2)::int', [box, range(1, 10).map(unit)]), 10, 'an array into serial.pack');
    await client.query('SELECT serial.pack($1, $2)', [pallet, [box]]);
    equal(await one('SELECT count(*)::int FROM unit WHERE id <@ $1', [pallet]), 10, '<@ a container');

    equal(await one('SELECT ARRAY[id] FROM unit WHERE n = 1'), `{${unit(1)}}`, 'an array, not registered');
    const oid = await one("SELECT 'serial.serial[]'::regtype::oid::int");
    types.setTypeParser(oid, types.getTypeParser(1009));
    equal(await one('SELECT ARRAY[id] FROM unit WHERE n = 1'), [unit(1)], 'an array, registered like text[]');

    equal(await one({ text: 'SELECT id::text FROM unit WHERE n = 1', binary: true }), unit(1),
        'a binary result, with a cast');

    let copyFrom = null;
    try {
        copyFrom = require('pg-copy-streams').from;
    } catch (error) {
        console.log(`ok ${tests += 1} - COPY # SKIP there is no pg-copy-streams`);
    }
    if (copyFrom) {
        await pipeline(Readable.from(range(101, 200).map(n => `${unit(n)}\t${n}\n`)),
            client.query(copyFrom('COPY unit FROM STDIN')));
        equal(await one('SELECT count(*)::int FROM unit'), 200, 'COPY');
    }

    const refused = async (text, values) => client.query(text, values).then(() => null, error => error);
    let error = await refused('INSERT INTO unit VALUES ($1, 0)', [bad]);
    equal([error.code, error.detail], ['22P02', 'Position 18: found "3", expected "2".'], 'an error: SQLSTATE and detail');
    equal([error.schema, error.dataType], ['serial', 'serial'], 'an error: name of the type');
    error = await refused(`INSERT INTO unit VALUES ('${bad}', 0)`);
    equal(error.position, '26', 'an error: position of a literal in the statement');
    error = await refused('INSERT INTO unit VALUES ($1, 0)', [unit(1)]);
    equal([error.code, error.constraint], ['23505', 'unit_pkey'], 'an error: name of the constraint');
    await client.end();
    console.log(`1..${tests}`);
    process.exit(failures > 0 ? 1 : 0);
}

main().catch(error => {
    console.error(error);
    process.exit(2);
});
