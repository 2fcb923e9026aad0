package footplate.cli.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import footplate.api.v1.Problem;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.Likeness;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ParserTest {
    @Test
    void everyFlagOfEveryCommandIsReadInEachOfItsForms() throws UsageException {
        int read = 0;
        for (Command command : Commands.all()) {
            for (Flag flag : command.allFlags()) {
                for (List<String> form : forms(flag)) {
                    List<String> line = new ArrayList<>(form);
                    line.addAll(operands(command));

                    Parsed parsed = Parser.parse(command, line);

                    assertThat(parsed.text(flag))
                            .describedAs(line.toString())
                            .isEqualTo(flag.isSwitch() ? "" : sample(flag));
                    assertThat(parsed.operands()).isEqualTo(operands(command));
                    read++;
                }
            }
        }
        assertThat(read).isGreaterThan(60);
    }

    @Test
    void everyFlagWithAValueRefusesABadOneAndAMissingOne() {
        for (Command command : Commands.all()) {
            for (Flag flag : command.allFlags()) {
                if (flag.isSwitch()) {
                    assertThat(problems(command, flag.name() + "=x").getFirst().where())
                            .isEqualTo(flag.name());
                    continue;
                }
                if (flag.mayStandAlone()) {
                    assertThat(problems(command, flag.name() + "=x").getFirst().mend())
                            .isEqualTo("Write one of: off, on.");
                    continue;
                }
                assertThat(problems(command, flag.name()).getFirst().what()).isEqualTo("needs a value");
                assertThat(problems(command, flag.name(), "--json".equals(flag.name()) ? "" : flag.name())
                                .getFirst()
                                .what())
                        .isEqualTo("needs a value");
                if (flag.value() instanceof Flag.Value.Of(var setting) && setting.kind() == Setting.Kind.TEXT) {
                    continue;
                }
                assertThat(problems(command, flag.name() + "=").getFirst()).satisfies(problem -> {
                    assertThat(problem.where()).isEqualTo(flag.name());
                    assertThat(problem.what()).matches("must.*|'' is not a value for it");
                });
            }
        }
    }

    @Test
    void aSwitchOfASettingTakesAValueOnlyIfItIsOne() throws UsageException {
        var spa = Flag.of(Setting.SPA);
        assertThat(Parser.parse(Commands.RUN, List.of("--spa", "dist")).text(spa))
                .isEqualTo("on");
        assertThat(Parser.parse(Commands.RUN, List.of("--spa", "dist")).operands())
                .containsExactly("dist");
        assertThat(Parser.parse(Commands.RUN, List.of("--spa", "off", "dist")).text(spa))
                .isEqualTo("off");
        assertThat(Parser.parse(Commands.RUN, List.of("--spa=off")).text(spa)).isEqualTo("off");
        assertThat(problems(Commands.START, "--max-connections", "5").getFirst().what())
                .contains("not a flag of 'start'");
    }

    @Test
    void aSettingThatDoesNothingHereIsRefusedWithWhyAndWhatToDo() {
        assertThat(problems(Commands.PROXY, "--to", ":1", "--strategy", "canary"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.where()).isEqualTo("--strategy");
                    assertThat(problem.what())
                            .isEqualTo(
                                    "is not a flag of 'proxy': it is about processes that Footplate starts, and here it"
                                            + " starts none");
                    assertThat(problem.mend()).contains("'footplate start' take --strategy");
                });
        assertThat(problems(Commands.PROXY, "--health=tcp").getFirst().mend()).contains("footplate.yml");
        assertThat(problems(Commands.PROXY, "--max-request-time", "5s")
                        .getFirst()
                        .mend())
                .contains("--request-timeout");
        assertThat(problems(Commands.PROXY, "--spa").getFirst().mend()).contains("'footplate serve' takes --spa");
        assertThat(problems(Commands.SERVE, "--balance", "ip_hash", "dist"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.mend()).contains("'footplate proxy' takes --balance"));
        assertThat(problems(Commands.SERVE, "--forwarded", "dist")).hasSize(1);
        assertThat(problems(Commands.RUN, "--upgrade-drain", "5s").getFirst().mend())
                .contains("'footplate set upgrade-drain'");
        assertThat(problems(Commands.START, "--workers", "2").getFirst().mend()).contains("'footplate set workers'");
    }

    @Test
    void whatStandsBeforeServersAndFilesHasTheSettingsThatDoSomethingThere() {
        assertThat(names(SettingFlags.PROXY))
                .contains(
                        "--workers", "--keepalive-timeout", "--read-timeout", "--tries", "--buffering", "--error-pages")
                .contains("--balance", "--sticky-sessions", "--sticky-sessions-cookie", "--access-log")
                .doesNotContain("--user", "--max-memory", "--drain", "--steps", "--cron-restart", "--default-user");
        assertThat(names(SettingFlags.FILES))
                .contains("--workers", "--max-connections", "--file-cache", "--spa", "--error-pages", "--access-log")
                .contains("--max-body-size", "--request-timeout")
                .doesNotContain("--read-timeout", "--tries", "--buffering", "--sendfile-root", "--balance", "--via");
    }

    private static List<String> names(SettingFlags settings) {
        return settings.flags().stream().map(Flag::name).toList();
    }

    @Test
    void noCommandDeclaresAFlagTwice() {
        for (Command command : Commands.all()) {
            Set<String> names = new HashSet<>();
            for (Flag flag : command.allFlags()) {
                assertThat(names.add(flag.name()))
                        .describedAs(command.name() + flag.name())
                        .isTrue();
                assertThat(flag.letter() == '\0' || names.add("-" + flag.letter()))
                        .describedAs(command.name() + flag.letter())
                        .isTrue();
                assertThat(flag.letter()).isNotEqualTo('h');
            }
        }
    }

    @Test
    void countsHaveTheirBounds() {
        assertThat(problems(Commands.START, "--port", "65536").getFirst().what())
                .contains("0 to 65535", "'65536'");
        assertThat(problems(Commands.START, "--port", "-1").getFirst().what()).contains("0 to 65535");
        assertThat(problems(Commands.START, "--max", "0").getFirst().what()).contains("1 to 1024");
        assertThat(problems(Commands.START, "--min", "1e3")).hasSize(1);
        assertThat(problems(Commands.START, "--min", "99999999999999999999")).hasSize(1);
    }

    @Test
    void timesAreReadInTheirUnits() throws UsageException {
        for (var pair : List.of(
                List.of("500ms", "500"), List.of("30s", "30000"), List.of("5m", "300000"), List.of("2h", "7200000"))) {
            assertThat(Parser.parse(Commands.START, List.of("--start-timeout", pair.getFirst()))
                            .millis(Commands.START_TIMEOUT))
                    .isEqualTo(Long.parseLong(pair.getLast()));
        }
        for (String bad : new String[] {"5 m", "m", "-5s", "5x", "1.5s", "0s", "99999999999d"}) {
            assertThat(problems(Commands.START, "--start-timeout", bad))
                    .describedAs(bad)
                    .hasSize(1);
        }
        assertThat(Parser.parse(Commands.START, List.of("--kill-timeout", "0s")).millis(Commands.KILL_TIMEOUT))
                .isZero();
    }

    @Test
    void aMistypedFlagIsGuessed() {
        assertThat(problems(Commands.START, "--prot", "3000").getFirst().mend()).isEqualTo("Did you mean '--port'?");
        assertThat(problems(Commands.START, "--enviroment=x").getFirst().mend())
                .isEqualTo("Did you mean '--environment'?");
        assertThat(problems(Commands.START, "--xyzzy").getFirst().mend()).contains("footplate help start");
        assertThat(problems(Commands.LIST, "-x").getFirst().where()).isEqualTo("-x");
    }

    @Test
    void allMistakesAreToldAtOnce() {
        assertThat(problems(Commands.START, "--port", "x", "--mix", "--stop-signal", "KILL", "a", "b"))
                .extracting(Problem::where)
                .contains("--port", "--mix", "--stop-signal")
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void whatFollowsTwoDashesIsNoFlag() throws UsageException {
        assertThat(Parser.parse(Commands.START, List.of("--", "--port")).operands())
                .containsExactly("--port");
    }

    @Test
    void aNegativeNumberIsAnOperandAndAValue() throws UsageException {
        assertThat(Parser.parse(Commands.SCALE, List.of("shop", "-1")).operands())
                .containsExactly("shop", "-1");
        assertThat(Parser.parse(Commands.START, List.of("--command", "-x y")).text(Commands.COMMAND))
                .isEqualTo("-x y");
    }

    @Test
    void aFlagTwiceIsRefusedUnlessItRepeats() throws UsageException {
        assertThat(problems(Commands.START, "--port", "1", "--port", "2")
                        .getFirst()
                        .what())
                .contains("twice");
        assertThat(Parser.parse(Commands.START, List.of("--host", "a", "--host=b"))
                        .texts(Commands.HOST))
                .containsExactly("a", "b");
        assertThat(Parser.parse(Commands.LIST, List.of("--json", "--json")).has(Commands.JSON))
                .isTrue();
    }

    @Test
    void operandsAreCounted() {
        assertThat(problems(Commands.STOP).getFirst().what()).contains("needs TARGET");
        assertThat(problems(Commands.STOP, "a", "b").getFirst().where()).isEqualTo("b");
        assertThat(problems(Commands.LIST, "a").getFirst().what()).contains("nothing but flags");
    }

    @Test
    void helpIsNeverAMistake() throws UsageException {
        for (Command command : Commands.all()) {
            for (String help : List.of("--help", "-h")) {
                assertThat(Parser.parse(command, List.of("--nonsense", help)).has(Parser.HELP))
                        .isTrue();
            }
        }
    }

    @Test
    void theHelpOfACommandNamesEachOfItsFlagsAndFitsATerminal() {
        for (Command command : Commands.all()) {
            String help = HelpText.of(command);
            for (Flag flag : command.allFlags()) {
                assertThat(help).contains(flag.usage(), flag.doc().substring(0, 10));
            }
            assertThat(help.lines()).allMatch(line -> line.length() <= 96);
            assertThat(HelpText.overview()).contains("  " + command.name() + " ");
        }
    }

    @Test
    void distancesAreThoseOfEditing() {
        assertThat(Likeness.distance("", "abc")).isEqualTo(3);
        assertThat(Likeness.distance("ab", "ba")).isEqualTo(1);
        assertThat(Likeness.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Likeness.nearest("lsit", List.of("list", "kill"))).isEqualTo("list");
        assertThat(Likeness.nearest("quux", List.of("list", "kill"))).isNull();
        assertThat(Likeness.nearest("x".repeat(1_000_000), List.of("list"))).isNull();
    }

    private static List<List<String>> forms(Flag flag) {
        List<List<String>> forms = new ArrayList<>();
        if (flag.isSwitch()) {
            forms.add(List.of(flag.name()));
        } else {
            forms.add(List.of(flag.name(), sample(flag)));
            forms.add(List.of(flag.name() + "=" + sample(flag)));
        }
        if (flag.letter() != '\0') {
            forms.add(flag.isSwitch() ? List.of("-" + flag.letter()) : List.of("-" + flag.letter(), sample(flag)));
            if (!flag.isSwitch()) {
                forms.add(List.of("-" + flag.letter() + sample(flag)));
            }
        }
        return forms;
    }

    private static String sample(Flag flag) {
        return switch (flag.value()) {
            case Flag.Value.Switch _ -> "";
            case Flag.Value.Text _ -> "some text=x";
            case Flag.Value.Count count -> Integer.toString(count.most());
            case Flag.Value.Time _ -> "1500ms";
            case Flag.Value.Choice choice -> choice.words().getLast();
            case Flag.Value.Of(var setting) ->
                Stream.of("some text=x", "exec:some text=x", "10%", "0 4 * * *", "root", setting.standard())
                        .filter(value -> setting.kind() == Setting.Kind.TEXT || value.equals(setting.standard()))
                        .filter(value -> Settings.problem(setting, value) == null)
                        .findFirst()
                        .orElseThrow();
        };
    }

    private static List<String> operands(Command command) {
        return List.of("one", "2", "3").subList(0, command.least());
    }

    private static List<Problem> problems(Command command, String... arguments) {
        List<Problem> problems = new ArrayList<>();
        assertThatExceptionOfType(UsageException.class)
                .describedAs(String.join(" ", arguments))
                .isThrownBy(() -> Parser.parse(command, List.of(arguments)))
                .satisfies(usage -> problems.addAll(usage.problems()));
        assertThat(problems).allMatch(problem -> !problem.mend().isBlank());
        return problems;
    }
}
