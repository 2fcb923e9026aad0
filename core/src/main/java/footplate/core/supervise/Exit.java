package footplate.core.supervise;

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
