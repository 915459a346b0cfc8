#!/bin/sh
# is_worth_a_try.sh ATTEMPT LOG: whether a job should run, exit status 0 if so.
#
# A cluster's profile tries failed jobs again. A job that failed by itself would fail again: the last line of its log
# then is Python's "...Error: ...". Errors of the operating system ([Errno ...]), files that have not arrived, and jobs
# that were killed or ran out of memory (whose errors have dots in their names, or no log) are worth another attempt.
attempt=$1 log=$2
[ "$attempt" -gt 1 ] || exit 0
last=$(tail -n 1 "$log" 2>/dev/null)
case $last in
*"[Errno "* | *": no such file"*) exit 0 ;;
esac
if printf '%s\n' "$last" | grep -q '^[A-Za-z]*Error: '; then
    echo "attempt $attempt is not made, as the job failed by itself: $last" >&2
    exit 1
fi
