# Builds Footplate into dist/target/launch/b.N and makes its AOT caches; sourced by footplate, which sets here, launch, jdk.
#
# Each build has its own folder, named in 'current', so that a running daemon never has its jars changed beneath it.

say() {
    printf 'footplate: %s\n' "$*" >&2
}

# One builder at a time. A lock whose owner is gone is taken over; 'mv' lets only one take it.
lock_build() {
    waited=
    until mkdir "$launch/lock" 2>/dev/null; do
        owner=
        if [ -r "$launch/lock/pid" ]; then read -r owner <"$launch/lock/pid" || owner=; fi
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            if mv "$launch/lock" "$launch/lock.$$" 2>/dev/null; then rm -rf "$launch/lock.$$"; fi
            continue
        fi
        if [ -z "$waited" ]; then say "waiting for another build${owner:+ (PID $owner)} …"; fi
        waited=$((${waited:-0} + 1))
        if [ -z "$owner" ] && [ "$waited" -gt 10 ]; then
            if mv "$launch/lock" "$launch/lock.$$" 2>/dev/null; then rm -rf "$launch/lock.$$"; fi
            continue
        fi
        sleep 1
    done
    printf '%s\n' $$ >"$launch/lock/pid"
    trap 'rm -rf "$launch/lock"' EXIT
    trap 'rm -rf "$launch/lock"; exit 130' INT TERM HUP
}

unlock_build() {
    rm -rf "$launch/lock"
    trap - EXIT INT TERM HUP
}

build_footplate() {
    if ! mkdir -p "$launch" 2>/dev/null || [ ! -w "$launch" ]; then
        say "it must be built, but $launch cannot be written. Build it once as a user who may write there, or copy the checkout."
        return 1
    fi
    seen=$build
    lock_build
    # Somebody may have built while we waited.
    if [ -r "$launch/current" ]; then
        read -r build <"$launch/current" || build=
        build=$launch/$build
        if [ -n "$waited" ] && [ "$build" != "$seen" ] && [ -r "$build/dist.jar" ]; then
            unlock_build
            return 0
        fi
    fi
    began=$(date +%s)
    next=$launch/b.$began.$$
    mkdir -p "$next"
    : >"$next/began"
    if [ -r "$launch/current" ]; then
        say "the sources have changed: building …"
    else
        say "building, this once; it takes a minute or two (log: $launch/build.log) …"
    fi
    if ! JAVA_HOME=$jdk "$here/mvnw" -B -ntp -f "$here/pom.xml" -pl dist -am package \
        -Dfootplate.product -Dmaven.test.skip=true -Dspotless.check.skip=true -Djacoco.skip=true >"$launch/build.log" 2>&1 </dev/null \
        || ! cp -p "$here/dist/target/product/lib/"*.jar "$next/"; then
        say "the build failed; the end of $launch/build.log:"
        grep -v '^\[ERROR\] *$' "$launch/build.log" | tail -n 20 | sed 's/^/    /' >&2
        rm -rf "$next"
        unlock_build
        return 1
    fi
    build=$next
    make_caches
    printf '%s\n' "${next##*/}" >"$launch/current.$$"
    mv -f "$launch/current.$$" "$launch/current"
    for old in "$launch"/b.*; do
        if [ "$old" != "$next" ] && [ "$old" != "$seen" ]; then rm -rf "$old"; fi
    done
    say "built in $(($(date +%s) - began)) s"
    unlock_build
}

# Classes loaded and linked ahead of time (JEP 483, 514). Without a cache everything works, slower: a failure is only logged.
make_caches() {
    cli_flags
    # shellcheck disable=SC2086 # flags are words
    "$jdk/bin/java" $flags -XX:AOTCacheOutput="$build/cli.aot" -cp "$build/dist.jar" footplate.dist.Main train \
        >>"$launch/build.log" 2>&1 </dev/null || rm -f "$build/cli.aot"
    daemon_flags
    # shellcheck disable=SC2086 # flags are words
    "$jdk/bin/java" $flags -XX:AOTCacheOutput="$build/daemon.aot" -cp "$build/dist.jar" footplate.dist.Main train-daemon \
        "$here/examples/hello" >>"$launch/build.log" 2>&1 </dev/null || :
}
