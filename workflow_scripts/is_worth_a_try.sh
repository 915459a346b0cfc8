#!/bin/sh
# is_worth_a_try.sh ATTEMPT LOG: whether a job should run, exit status 0 if so.
#
# A job that cannot write its log could not say what is wrong. And a cluster's profile tries failed jobs again: a job
# that failed by itself would fail again, and the last line of its log then is Python's "...Error: ...". Errors of the
# operating system ([Errno ...]), files that have not arrived, and jobs that were killed or ran out of memory (whose errors
# have dots in their names, or no log) are worth another attempt.
attempt=$1 log=$2
last=$([ "$attempt" -gt 1 ] && tail -n 1 "$log" 2>/dev/null)
case $last in
*"[Errno "* | *": no such file"*) last= ;;
esac
if printf '%s\n' "$last" | grep -q '^[A-Za-z]*Error: '; then
    echo "attempt $attempt is not made, as the job failed by itself: $last" >&2
    exit 1
fi
if ! printf '%4096s' '' 2>/dev/null >"$log"; then
    echo "$log cannot be written to, and the job is not started; is the disk full?" >&2
    exit 1
fi
