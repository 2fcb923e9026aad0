# Finds JDK 25; sourced by footplate and test. Sets jdk.

# Is $1 the home of a JDK 25? Its 'release' file tells without starting it.
is_jdk_25() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r release_line || [ -n "$release_line" ]; do
        case $release_line in
            'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# JAVA_HOME, the usual places, PATH; the first JDK 25 is taken. FOOTPLATE_LAUNCHER_ROOT stands before the system's folders: a test
# that wants a machine without a JDK sets it to an empty folder.
find_jdk() {
    root=${FOOTPLATE_LAUNCHER_ROOT-}
    for jdk in "${JAVA_HOME:-/nowhere}" \
        "$root"/usr/lib/jvm/*25* "$root"/usr/java/*25* "$root"/opt/*25* "$root"/opt/java/*25* "$root"/opt/java/openjdk \
        "$root"/usr/local/openjdk-25 \
        "${HOME:-/nowhere}"/.sdkman/candidates/java/25* "${HOME:-/nowhere}"/.jdks/*25* \
        "$root"/Library/Java/JavaVirtualMachines/*25*/Contents/Home \
        "${HOME:-/nowhere}"/Library/Java/JavaVirtualMachines/*25*/Contents/Home \
        "$root"/opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
        "$root"/usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
        if is_jdk_25 "$jdk"; then return 0; fi
    done
    if on_path=$(command -v javac); then
        on_path=$(readlink -f "$on_path" 2>/dev/null || printf %s "$on_path")
        jdk=${on_path%/bin/javac}
        if is_jdk_25 "$jdk"; then return 0; fi
    fi
    jdk=
    wrong=
    if [ -n "${JAVA_HOME-}" ]; then wrong=" (JAVA_HOME=$JAVA_HOME is not one)"; fi
    printf '%s\n' "footplate: JDK 25 is needed and was not found$wrong: looked in JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks and PATH. Install it ('apt install openjdk-25-jdk', 'sdk install java 25-tem', or https://adoptium.net/) or set JAVA_HOME." >&2
    return 1
}

# Keeps what was found for the next call; a read-only checkout searches each time.
remember_jdk() {
    if mkdir -p "$launch" 2>/dev/null && printf 'home:%s\n%s\n' "${JAVA_HOME-}" "$jdk" 2>/dev/null >"$launch/jdk.$$"; then
        mv -f "$launch/jdk.$$" "$launch/jdk"
    fi
}
