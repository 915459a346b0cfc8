#!/usr/bin/env bash
# Install what the one-node SLURM of these tests needs, from Debian's packages, and nothing if it is there.
# No service is started: the tests run the daemons themselves, in a folder of their own.
set -euo pipefail

missing=()
for program in slurmctld slurmd slurm-client:sbatch munge:munged; do
    # package, or package:program of it
    if ! PATH="$PATH:/usr/sbin" command -v "${program#*:}" >/dev/null; then
        missing+=("${program%%:*}")
    fi
done
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

fail() {
    echo "install.sh: needs the Debian packages ${missing[*]}; $1" >&2
    exit 1
}
command -v apt-get >/dev/null || fail "this machine has no apt-get, install SLURM 22.05 or newer and munge by hand"
[ "$(id -u)" = 0 ] || fail "install them as root: apt-get install ${missing[*]}"

log=$(mktemp)
# Debian's way to say that packages must not start their services.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    fail "installing them failed"
fi
rm -f "$log"
echo "installed ${missing[*]}"
