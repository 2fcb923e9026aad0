# The far end of a leash: sh -c THIS sh NAME=token SECONDS <pipe
# Sleeps until its owner ends. After an orderly end ("done" on the pipe) it leaves at once; when the pipe just
# breaks, it ends every process of this user that has NAME=token in its environment: SIGTERM, then SIGKILL.
trap '' HUP INT QUIT TERM TSTP
entry=$1
grace=$2

if read -r word && [ "$word" = "done" ]; then
    exit 0
fi
exec </dev/null

# PIDs of the marked processes. The first grep is quick and coarse, the second one exact.
marked() {
    for file in $(grep -lsF -e "$entry" /proc/[0-9]*/environ); do
        [ -O "$file" ] || continue
        tr '\000' '\n' <"$file" 2>/dev/null | grep -qxF -e "$entry" || continue
        pid=${file#/proc/}
        pid=${pid%/environ}
        [ "$pid" -gt 1 ] && echo "$pid"
    done
}

# One empty look is no proof: in the middle of an exec a process has no environment to be seen.
none_left() {
    [ -z "$(marked)" ] && { sleep 0.05 2>/dev/null || sleep 1; } && [ -z "$(marked)" ]
}

pids=$(marked)
[ -n "$pids" ] && kill -s TERM $pids 2>/dev/null

end=$(($(date +%s) + grace))
while [ "$(date +%s)" -lt "$end" ]; do
    none_left && exit 0
    sleep 0.1 2>/dev/null || sleep 1
done

rounds=0
while [ "$rounds" -lt 100 ]; do
    pids=$(marked)
    if [ -n "$pids" ]; then
        kill -s KILL $pids 2>/dev/null
    else
        none_left && exit 0
    fi
    rounds=$((rounds + 1))
done
exit 1
