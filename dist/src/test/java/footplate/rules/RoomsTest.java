package footplate.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The walls between rooms (docs/architecture.md, "Never import"). Each rule is also shown to fail where it should. */
final class RoomsTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("footplate");

    /** Code that breaks rules on purpose. */
    private static final JavaClasses OFFENDERS = new ClassFileImporter().importPackages("footplate.rules.offenders");

    @Test
    void everyRoomIsThere() {
        for (String room : new String[] {"core", "yaml", "api", "proxy", "daemon", "cli", "dist"}) {
            assertThat(ALL.stream()
                            .filter(resideInAPackage("footplate." + room + ".."))
                            .count())
                    .describedAs(room)
                    .isPositive();
        }
        assertThat(OFFENDERS).isNotEmpty();
    }

    @Test
    void coreUsesNothingButValues() {
        rule(classes()
                .that()
                .resideInAPackage("footplate.core..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "footplate.core..",
                                "java.lang",
                                "java.lang.annotation",
                                "java.lang.constant",
                                "java.lang.invoke",
                                "java.lang.runtime",
                                "java.math",
                                "java.nio.charset",
                                "java.time..",
                                "java.util",
                                "java.util.function",
                                "java.util.regex",
                                "java.util.stream",
                                "java.util.concurrent.atomic",
                                "org.jspecify.annotations")
                        .or(memory())));
    }

    @Test
    void coreKnowsNoThreadNoClockAndNoChance() {
        var forbidden = Set.of(
                "java.lang.Thread",
                "java.lang.Process",
                "java.lang.ProcessBuilder",
                "java.lang.ProcessHandle",
                "java.lang.Runtime",
                "java.util.Random",
                "java.util.Timer",
                "java.util.Scanner",
                "java.time.Clock");
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.core..")
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("threads, processes, chance") {
                    @Override
                    public boolean test(JavaClass found) {
                        return forbidden.contains(found.getName());
                    }
                })
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID"));
    }

    @Test
    void apiKnowsNoOtherRoom() {
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.api..")
                .should()
                .dependOnClassesThat(resideInAPackage("footplate..").and(not(resideInAPackage("footplate.api..")))));
    }

    @Test
    void proxyKnowsTheRulesItNeedsAndNoDaemon() {
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.proxy..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "footplate.daemon..",
                                "footplate.api..",
                                "footplate.yaml..",
                                "footplate.cli..",
                                "footplate.dist..",
                                "footplate.core.keep..",
                                "footplate.core.supervise..",
                                "footplate.core.deploy..")
                        .and(not(aFailedStart()))));
    }

    /** What an error page tells: values, and none of supervision's rules. */
    private static DescribedPredicate<JavaClass> aFailedStart() {
        return resideInAPackage("footplate.core.supervise..").and(new DescribedPredicate<>("values of a failed start") {
            private static final Set<String> VALUES = Set.of("StartFailure", "Journey", "Exit");

            @Override
            public boolean test(JavaClass found) {
                return VALUES.contains(found.getSimpleName())
                        || found.getEnclosingClass()
                                .filter(outer -> VALUES.contains(outer.getSimpleName()))
                                .isPresent();
            }
        });
    }

    @Test
    void theCommandLineKnowsNoDaemonAndNoProxy() {
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "footplate.daemon..",
                        "footplate.proxy..",
                        "footplate.dist..",
                        "io.netty..",
                        "com.google.gson.."));
    }

    @Test
    void theDaemonKnowsNoCommandLine() {
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.daemon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("footplate.cli..", "footplate.dist.."));
    }

    @Test
    void theDaemonsShellsMeetOnlyInTheKeeperAndAtTheTop() {
        for (String shell : new String[] {"os", "output", "runtime", "config", "watch", "health"}) {
            rule(noClasses()
                    .that()
                    .resideInAPackage("footplate.daemon." + shell + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("footplate.daemon..")
                            .and(not(resideInAPackage("footplate.daemon." + shell + "..")))));
        }
    }

    @Test
    void onlyTheProxySeesNetty() {
        rule(noClasses()
                .that()
                // The micro-benchmarks of the proxy stand in for what it talks to.
                .resideOutsideOfPackages("footplate.proxy..", "footplate.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.."));
    }

    @Test
    void foreignFunctionsHaveOneDoor() {
        Set<String> doors = ALL.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> use.getTargetClass().getPackageName().equals("java.lang.foreign")))
                .map(RoomsTest::file)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(doors).hasSize(1).allMatch(door -> door.startsWith("footplate.daemon.os."));
    }

    @Test
    void theLibraryForJsonIsSeenByFewRooms() {
        rule(noClasses()
                .that()
                .resideOutsideOfPackages("footplate.api.json..", "footplate.daemon.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.gson.."));
    }

    @Test
    void theLibraryForYamlIsSeenByOneRoomThatKnowsTheRulesAlone() {
        rule(noClasses()
                .that()
                .resideOutsideOfPackage("footplate.yaml..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml.."));
        rule(noClasses()
                .that()
                .resideInAPackage("footplate.yaml..")
                .should()
                .dependOnClassesThat(resideInAPackage("footplate..")
                        .and(not(resideInAnyPackage("footplate.yaml..", "footplate.core.config..")))));
    }

    @Test
    void nothingThatShipsUsesWhatIsForDevelopment() {
        rule(noClasses()
                .that()
                .resideOutsideOfPackages("footplate.testkit..", "footplate.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("footplate.testkit..", "footplate.bench..", "org.junit..", "org.assertj.."));
    }

    @Test
    void noPackagesGoRoundInACircle() {
        slices().matching("footplate.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void theRulesAreNotDeaf() {
        ArchRule clock = noClasses().should().callMethod(System.class, "nanoTime");
        ArchRule files = noClasses().should().dependOnClassesThat().resideInAPackage("java.nio.file..");
        ArchRule circle =
                slices().matching("footplate.rules.offenders.(*)..").should().beFreeOfCycles();

        for (ArchRule rule : new ArchRule[] {clock, files, circle}) {
            assertThatThrownBy(() -> rule.check(OFFENDERS)).isInstanceOf(AssertionError.class);
        }
    }

    /** A rule whose 'that' part matches no class fails too: it would guard nothing. */
    private static void rule(ArchRule rule) {
        rule.allowEmptyShould(false).check(ALL);
    }

    /** Classes of the platform's I/O, concurrency and security packages that do nothing but hold values in memory, or compute digests. */
    private static DescribedPredicate<JavaClass> memory() {
        var names = Set.of(
                "java.io.ByteArrayOutputStream",
                "java.io.Serializable",
                "java.nio.Buffer",
                "java.nio.ByteBuffer",
                "java.nio.ByteOrder",
                "java.nio.CharBuffer",
                "java.security.GeneralSecurityException",
                "java.security.Key",
                "java.security.MessageDigest",
                "java.util.concurrent.ConcurrentLinkedQueue",
                "java.util.concurrent.CopyOnWriteArrayList",
                "java.util.concurrent.TimeUnit",
                "javax.crypto.Mac",
                "javax.crypto.spec.SecretKeySpec");
        return new DescribedPredicate<>("hold values in memory") {
            @Override
            public boolean test(JavaClass found) {
                return found.isPrimitive() || found.isArray() || names.contains(found.getName());
            }
        };
    }

    /** The outermost class a class is in. */
    private static String file(JavaClass type) {
        String name = type.getName();
        int inner = name.indexOf('$');
        return inner < 0 ? name : name.substring(0, inner);
    }
}
