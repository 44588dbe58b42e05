#!/bin/bash
# Fuzzes every reader with libFuzzer, under the address and undefined
# behaviour sanitizers.  Needs clang with its runtime (Debian: clang,
# libclang-rt-dev).  The seeds of each target are the files in its archive,
# corpus/TARGET.tar.gz.  To make the archive anew from a directory of files:
#
#   ls | tar --owner=0 --group=0 --numeric-owner --mtime=@0 -T - -I 'gzip -n9' -cf TARGET.tar.gz
#
#   SECONDS_EACH   how long each target runs (60)
#   RUNS           stop a target after so many executions (0: no limit)
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${SECONDS_EACH:-60}
runs=${RUNS:-0}
build=$(mktemp -d "${TMPDIR:-/tmp}/serial-fuzz.XXXXXX")
trap 'rm -rf "$build"' EXIT

pure=(src/scheme/*.c src/syntax/*.c src/value/pack.c src/interchange/xml/*.c)
flags=(-std=gnu99 -g -O2 -Isrc "-fsanitize=fuzzer,address,undefined"
       -fno-sanitize-recover=undefined)

# target, source, what stands in front of the fuzzer's bytes
targets=(
  'any fuzz_text'
  'element fuzz_text ('
  'raw fuzz_text ]d2'
  'uri fuzz_text urn:epc:'
  'link fuzz_text https://a/'
  'other_uri fuzz_text uri:'
  'key fuzz_key'
  'scan fuzz_scan'
  'message fuzz_scan [)>\03606\035'
  'hibc fuzz_scan +'
  'epc fuzz_epc'
  'recv fuzz_recv'
  'xml fuzz_xml'
  'json fuzz_json'
  'xml_event fuzz_xml <ObjectEvent><eventTime>'
)

if ! command -v clang >/dev/null; then
  echo "fuzzing needs clang and its runtime: apt-get install clang libclang-rt-dev" >&2
  exit 1
fi

failed=0
for target in "${targets[@]}"; do
  read -r name source prefix <<<"$target"
  echo "== $name: $seconds s"
  clang "${flags[@]}" ${prefix:+-DFUZZ_PREFIX="\"$prefix\""} \
    -o "$build/$name" "test/fuzz/$source.c" "${pure[@]}"
  mkdir -p "$build/corpus.$name" "$build/seeds.$name"
  tar -xzf "test/fuzz/corpus/$name.tar.gz" -C "$build/seeds.$name"
  # new inputs go to the first folder, the seeds stay as they are
  if ! "$build/$name" -max_total_time="$seconds" -runs="$((runs > 0 ? runs : -1))" \
      -max_len=512 -print_final_stats=1 -artifact_prefix="$build/" \
      "$build/corpus.$name" "$build/seeds.$name" >"$build/log" 2>&1; then
    failed=$((failed + 1))
    tail -40 "$build/log"
    cp "$build"/crash-* "$build"/oom-* "$build"/timeout-* . 2>/dev/null || true
    echo "$name: a finding; the input is in this folder"
  fi
  grep -E 'number_of_executed_units|average_exec_per_sec' "$build/log" || true
done

if [ "$failed" -gt 0 ]; then
  echo "$failed of ${#targets[@]} targets have findings"
  exit 1
fi
echo "${#targets[@]} targets, no finding"
