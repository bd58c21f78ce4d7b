#!/bin/sh
# Only nightly's rustdoc lets everybody ask for JSON; told that it is one, the stable one answers as well, and does not
# change from day to day. Told here, and not through cargo, nothing that rustdoc needs is compiled anew.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
