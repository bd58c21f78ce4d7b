#!/bin/sh
# Only nightly's rustdoc has the option for JSON. RUSTC_BOOTSTRAP enables it in the stable one, whose output does not change from
# day to day. It is set here and not for cargo, so that cargo does not compile the dependencies again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
