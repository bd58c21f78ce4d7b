#!/bin/bash
# Every fuzz target with its seeds, dictionary and options into $OUT, for ClusterFuzzLite and for OSS-Fuzz.
#
# Their images set SRC, OUT, WORK and SANITIZER, and have cargo-fuzz, zip and nightly Rust. `cargo xtask cflite` runs this
# as they do, and looks at what is in $OUT; for it, BMES_SEEDS names a folder of seeds that are made already, and BMES_DEV
# asks for a build without optimisation, like that of `cargo xtask fuzz-smoke`.
set -euo pipefail
cd "$SRC/bmes"

case "$SANITIZER" in
  # The image's cargo makes a build for coverage of `cargo fuzz build`, whatever its arguments.
  address | coverage) flag=address ;;
  none) flag=none ;;
  *)
    echo "build.sh: no sanitizer $SANITIZER in Rust; address, coverage or none" >&2
    exit 1
    ;;
esac

build=(--sanitizer "$flag")
profile=release
if [ -n "${BMES_DEV:-}" ]; then
  build+=(--dev)
  profile=debug
fi
cargo fuzz build "${build[@]}"

seeds=${BMES_SEEDS:-$WORK/seeds}
if [ -z "${BMES_SEEDS:-}" ]; then
  # The images' flags are for fuzz targets, and this is an ordinary program.
  env -u RUSTFLAGS -u CFLAGS -u CXXFLAGS cargo run --quiet --locked -p bmes-fuzz --example seeds -- "$seeds"
fi

for source in fuzz/fuzz_targets/*.rs; do
  target=$(basename "$source" .rs)
  cp "${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/$profile/$target" "$OUT/"
  cp "$seeds/$target.dict" "$OUT/$target.dict"
  cp fuzz/bmes.options "$OUT/$target.options"
  rm -f "$OUT/${target}_seed_corpus.zip"
  inputs=("$seeds/$target")
  if [ -d "fuzz/regressions/$target" ]; then inputs+=("fuzz/regressions/$target"); fi
  # By names on standard input: there are too many for a command line.
  find "${inputs[@]}" -type f | LC_ALL=C sort |
    zip --quiet --junk-paths -X "$OUT/${target}_seed_corpus.zip" -@
done
