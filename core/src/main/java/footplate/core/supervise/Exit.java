package footplate.core.supervise;

import footplate.core.unit.Sizes;

/** How a process ended. */
public sealed interface Exit {
    /** In words, for logs and listings. */
    String describe();

    /** It left by itself with an exit code, 0 to 255. */
    record Code(int code) implements Exit {
        @Override
        public String describe() {
            return "exit code " + code;
        }
    }

    /** A signal ended it; {@code number} as in signal(7). */
    record Signalled(int number) implements Exit {
        @Override
        public String describe() {
            return "killed by " + nameOf(number);
        }

        private static String nameOf(int number) {
            return switch (number) {
                case 1 -> "SIGHUP";
                case 2 -> "SIGINT";
                case 3 -> "SIGQUIT";
                case 4 -> "SIGILL";
                case 6 -> "SIGABRT";
                case 7 -> "SIGBUS";
                case 8 -> "SIGFPE";
                case 9 -> "SIGKILL";
                case 10 -> "SIGUSR1";
                case 11 -> "SIGSEGV";
                case 12 -> "SIGUSR2";
                case 13 -> "SIGPIPE";
                case 14 -> "SIGALRM";
                case 15 -> "SIGTERM";
                default -> "signal " + number;
            };
        }
    }

    /**
     * The kernel killed it, or a process that it had started and could not do without: they wanted more memory than its app may have.
     *
     * @param cap bytes
     * @param then how it ended itself
     */
    record OutOfMemory(long cap, Exit then) implements Exit {
        private static final int SIGKILL = 9;

        @Override
        public String describe() {
            var why = "it wanted more memory than max-memory-hard = " + Sizes.print(cap);
            return switch (then) {
                case Signalled(int number) when number == SIGKILL -> "killed by the kernel: " + why;
                case Unknown _ -> "killed by the kernel: " + why;
                case Code _, Signalled _, NeverStarted _, OutOfMemory _ ->
                    then.describe() + ", after the kernel had killed a process of it: " + why;
            };
        }
    }

    /** It is gone, and it was not our child: an adopted process takes its exit code with it. */
    record Unknown() implements Exit {
        @Override
        public String describe() {
            return "ended (its exit code went to another parent)";
        }
    }

    /** It never ran. */
    record NeverStarted() implements Exit {
        @Override
        public String describe() {
            return "could not be started";
        }
    }
}
