package footplate.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.user.RunsAs.Other;
import footplate.core.user.RunsAs.Ourselves;
import footplate.core.user.RunsAs.We;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunsAsTest {
    private static final Account ROOT = new Account("root", 0, 0, "/root", "/bin/sh");
    private static final Account NOBODY = new Account("nobody", 65534, 65534, "/nonexistent", "");
    private static final Account EVE = new Account("eve", 1000, 100, "/home/eve", "/bin/bash");
    private static final We SWITCHING = new We(0, true);

    private static final Accounts ACCOUNTS = new Accounts() {
        @Override
        public @Nullable Account user(String nameOrNumber) {
            return List.of(ROOT, NOBODY, EVE).stream()
                    .filter(one -> one.name().equals(nameOrNumber) || nameOrNumber.equals("" + one.id()))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public OptionalInt group(String nameOrNumber) {
            return nameOrNumber.equals("www") ? OptionalInt.of(33) : OptionalInt.empty();
        }
    };

    private static RunsAs decide(We we, @Nullable Account owner, String... settings) {
        var all = Settings.standard();
        for (int i = 0; i < settings.length; i += 2) {
            all = all.with(Setting.valueOf(settings[i]), settings[i + 1]);
        }
        return RunsAs.decide(we, all, "/srv/shop/app.js", owner, ACCOUNTS);
    }

    private static String problem(We we, @Nullable Account owner, String... settings) {
        var decided = decide(we, owner, settings);
        assertThat(decided).isInstanceOf(RunsAs.Refused.class);
        return ((RunsAs.Refused) decided).problem().toString();
    }

    @Test
    void anAppRunsAsTheOwnerOfItsStartupFile() {
        assertThat(decide(SWITCHING, EVE)).isEqualTo(new Other(EVE, 100));
    }

    @Test
    void rootsAndStrangersAppsRunAsTheDefaultUser() {
        assertThat(decide(SWITCHING, ROOT)).isEqualTo(new Other(NOBODY, 65534));
        assertThat(decide(SWITCHING, null)).isEqualTo(new Other(NOBODY, 65534));
        assertThat(decide(SWITCHING, ROOT, "DEFAULT_USER", "eve")).isEqualTo(new Other(EVE, 100));
        assertThat(problem(SWITCHING, ROOT, "DEFAULT_USER", "root")).contains("belongs to root", "root as well");
        assertThat(problem(SWITCHING, null, "DEFAULT_USER", "lost"))
                .contains("/srv/shop/app.js", "no user of this machine", "not there either", "--user");
    }

    @Test
    void aNamedUserGoesBeforeTheOwnerAndIsNeverRoot() {
        assertThat(decide(SWITCHING, ROOT, "USER", "eve")).isEqualTo(new Other(EVE, 100));
        assertThat(decide(SWITCHING, NOBODY, "USER", "1000")).isEqualTo(new Other(EVE, 100));
        assertThat(decide(SWITCHING, EVE, "GROUP", "www")).isEqualTo(new Other(EVE, 33));
        assertThat(problem(SWITCHING, EVE, "USER", "root")).contains("no app is run as root");
        assertThat(problem(SWITCHING, EVE, "USER", "0")).contains("no app is run as root");
        assertThat(problem(SWITCHING, EVE, "USER", "adam")).contains("no such user", "useradd");
        assertThat(problem(SWITCHING, EVE, "GROUP", "lost")).contains("no such group");
    }

    @Test
    void withoutRootThereIsNobodyElseToBe() {
        var eve = new We(1000, false);
        assertThat(decide(eve, ROOT)).isEqualTo(new Ourselves());
        assertThat(decide(eve, EVE, "USER", "eve")).isEqualTo(new Ourselves());
        assertThat(problem(eve, EVE, "USER", "nobody")).contains("only a daemon of root");
        assertThat(problem(eve, EVE, "GROUP", "www")).contains("group www");
    }

    @Test
    void whereSwitchingIsTurnedOffRootStaysRoot() {
        var root = new We(0, false);
        assertThat(decide(root, EVE)).isEqualTo(new Ourselves());
        assertThat(problem(root, EVE, "USER", "eve")).contains("FOOTPLATE_USER_SWITCHING");
    }
}
