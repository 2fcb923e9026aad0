package footplate.daemon.control;

import footplate.api.v1.AppInfo;
import footplate.api.v1.ConfigurationInfo;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.Settings;
import footplate.core.config.file.App;
import footplate.core.config.file.Change;
import footplate.core.config.file.Configuration;
import footplate.core.keep.AppState;
import footplate.core.keep.Configured;
import footplate.core.keep.Event.Configure;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.route.Routing;
import footplate.core.route.StreamBinding;
import footplate.core.route.UpstreamPlan;
import footplate.daemon.config.ConfigurationFile;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Definitions.Startup;
import footplate.daemon.config.FileApps;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.discover.Discovery;
import footplate.daemon.keep.AcceptedFiles;
import footplate.daemon.keep.Keeper;
import footplate.daemon.keep.Listeners;
import footplate.daemon.observe.HappeningStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a configuration file in force: all of it, or, where anything in it cannot be, nothing.
 *
 * <ol>
 *   <li>The file is read and checked, its apps are looked at, and all that is wrong is told at once.
 *   <li>What it listens on beyond what is open is opened.
 *   <li>A copy is put by, and the Keeper takes all of it in one step: what did not change stays as it is, apps that did get new
 *       processes beside the old ones, the table comes last.
 *   <li>Addresses that are no longer in it are closed; connections that came by them go on.
 * </ol>
 */
final class Configuring {
    private final Keeper keeper;
    private final HappeningStream stream;
    private final Listeners<Binding> listeners;
    private final Listeners<StreamBinding> streams;
    private final Definitions definitions;
    private final Commands.Surroundings surroundings;
    private final Views views;
    private final @Nullable AcceptedFiles accepted;
    private final @Nullable Deploys deploys;
    private final ReentrantLock defining;
    // Apps whose last change did not come up: what the file says of them is not what they run.
    private final Set<AppName> notTaken = ConcurrentHashMap.newKeySet();

    /**
     * @param accepted where files are kept that were accepted; null if nothing is kept
     * @param defining held while apps are defined
     */
    Configuring(
            Keeper keeper,
            HappeningStream stream,
            Listeners<Binding> listeners,
            Listeners<StreamBinding> streams,
            Definitions definitions,
            Commands.Surroundings surroundings,
            Views views,
            @Nullable AcceptedFiles accepted,
            @Nullable Deploys deploys,
            ReentrantLock defining) {
        this.keeper = keeper;
        this.stream = stream;
        this.listeners = listeners;
        this.streams = streams;
        this.definitions = definitions;
        this.surroundings = surroundings;
        this.views = views;
        this.accepted = accepted;
        this.deploys = deploys;
        this.defining = defining;
    }

    /**
     * One file on its way.
     *
     * @param apps those that are new or other than before
     * @param places where servers are that are named by names which are looked up once
     */
    private record Draft(
            ConfigurationFile file,
            Change change,
            List<Planned> apps,
            List<AppName> gone,
            Settings settings,
            Routing routing,
            Map<Configured.Spot, List<UpstreamPlan.Place>> places) {}

    /**
     * An app that is to be defined.
     *
     * @param from the release whose code it goes on with; 0 if it is looked at anew
     */
    private record Planned(StartRequest request, AppDefinition definition, int from) {}

    ConfigurationInfo configure(ConfigureRequest request, String who, Consumer<Event> events)
            throws Refused, CallRefused, InterruptedException {
        if (request.plan()) {
            var draft = draft(request, events);
            return info(draft, List.of());
        }
        try (var changes = new Changes(keeper, stream, events)) {
            var reservations = new ArrayList<Listeners.Reservation>();
            Draft draft;
            State state;
            // Of two at once the second must see what the first defined.
            defining.lockInterruptibly();
            try {
                draft = draft(request, events);
                state = putInForce(draft, who, reservations, events);
            } catch (Refused refused) {
                var inForce = keeper.state().configured();
                surroundings.announce(inForce == null ? Routing.NONE : inForce.routing());
                throw refused;
            } finally {
                defining.unlock();
                // The table that needs them is published, or they are not needed.
                reservations.forEach(Listeners.Reservation::close);
            }
            try {
                awaitApps(draft, state, changes);
            } finally {
                for (var gone : draft.gone()) {
                    changes.awaitDeleted(gone);
                }
                forget(draft.gone());
                sweep(draft, events);
            }
            return finished(draft);
        }
    }

    /** Only the copy that the state on disk names is kept; nobody puts another by meanwhile. */
    private void sweep(Draft draft, Consumer<Event> events) throws InterruptedException {
        defining.lockInterruptibly();
        try {
            var configured = keeper.state().configured();
            var unsaved = surroundings.awaitSaved();
            if (!unsaved.isEmpty()) {
                events.accept(Events.notice(String.valueOf(draft.file().file().getFileName()), unsaved));
            } else if (accepted != null && configured != null) {
                accepted.sweep(configured.mark());
            }
        } finally {
            defining.unlock();
        }
    }

    private ConfigurationInfo finished(Draft draft) {
        var names = draft.file().configuration().apps().stream()
                .map(app -> new AppName(app.name()))
                .toList();
        var state = keeper.state();
        return info(
                draft,
                names.stream()
                        .map(name -> state.apps().get(name))
                        .filter(app -> app != null)
                        .map(views::app)
                        .toList());
    }

    private static ConfigurationInfo info(Draft draft, List<AppInfo> apps) {
        var file = draft.file();
        var changes = new ArrayList<String>();
        var told = new HashSet<String>();
        for (var step : draft.change().steps()) {
            changes.add(step.toString());
            if (step.part() == Change.Part.APP) {
                told.add(step.name());
            }
        }
        for (var app : draft.apps()) {
            var name = app.definition().name().value();
            if (!told.contains(name)) {
                changes.add("app '" + name + "' is defined anew: it is not, or does not run, as the file has it");
            }
        }
        var addresses = new LinkedHashSet<String>();
        file.configuration().listen().forEach(listen -> addresses.add(listen.describe()));
        file.configuration().apps().forEach(app -> app.listen().forEach(listen -> addresses.add(listen.describe())));
        file.configuration().streams().forEach(one -> addresses.add(one.describe()));
        return new ConfigurationInfo(file.file().toString(), changes, List.copyOf(addresses), apps);
    }

    private void awaitApps(Draft draft, State state, Changes changes) throws CallRefused, InterruptedException {
        CallRefused failure = null;
        for (var app : draft.apps()) {
            var name = app.definition().name();
            var its = state.apps().get(name);
            try {
                changes.awaitReached(name, its == null ? 0 : its.generation());
                notTaken.remove(name);
            } catch (CallRefused failed) {
                notTaken.add(name);
                // The others are to be waited for, too: who reads the answer wants to know that all is over.
                failure = failure == null ? failed : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void forget(List<AppName> gone) throws InterruptedException {
        defining.lockInterruptibly();
        try {
            for (var app : gone) {
                if (deploys != null && !keeper.state().apps().containsKey(app)) {
                    deploys.forget(app);
                }
            }
        } finally {
            defining.unlock();
        }
    }

    private State putInForce(Draft draft, String who, List<Listeners.Reservation> reservations, Consumer<Event> events)
            throws Refused, InterruptedException {
        var problems = new ArrayList<Problem>();
        surroundings.announce(draft.routing());
        for (var binding : draft.routing().listens().keySet()) {
            try {
                reservations.add(listeners.reserve(binding));
            } catch (Refused refused) {
                problems.addAll(refused.problems());
            }
        }
        for (var binding : draft.routing().streams().keySet()) {
            try {
                reservations.add(streams.reserve(binding));
            } catch (Refused refused) {
                problems.addAll(refused.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        var configured = kept(draft);
        var defined = new ArrayList<AppDefinition>();
        for (var app : draft.apps()) {
            Consumer<String> notes =
                    note -> events.accept(Events.notice(app.definition().name().value(), note));
            defined.add(
                    deploys == null
                            ? app.definition()
                            : app.from() == 0
                                    ? deploys.started(app.request(), app.definition(), who, notes)
                                    : deploys.goesOn(app.request(), app.definition(), app.from(), who, notes));
        }
        var state = ask(new Configure(configured, defined, draft.gone(), draft.settings()));
        if (deploys != null) {
            for (var app : defined) {
                deploys.known(app);
            }
        }
        return state;
    }

    private Configured kept(Draft draft) throws Refused {
        var file = draft.file();
        try {
            return accepted == null
                    ? AcceptedFiles.unkept(file, draft.routing(), draft.places())
                    : accepted.keep(file, draft.routing(), draft.places());
        } catch (IOException cannot) {
            throw new Refused(
                    file.file().toString(),
                    "a copy of it cannot be put by: " + cannot.getMessage(),
                    "Make room on the disk, or mend the permissions of Footplate's home.");
        }
    }

    /** Reads the file, and says what putting it in force would do. */
    private Draft draft(ConfigureRequest request, Consumer<Event> events) throws Refused {
        var state = keeper.state();
        var inForce = state.configured();
        var path = path(request, inForce);
        var file = ConfigurationFile.read(path, request.env());
        var before = inForce == null ? NOTHING : inForce.configuration();
        var problems = new ArrayList<Problem>();
        var apps = new ArrayList<Planned>();
        var mine = names(before);
        var others = state.apps().values().stream()
                .filter(app -> !app.deleted() && !mine.contains(app.definition().name()))
                .map(AppState::definition)
                .toList();
        var settings = settings(
                state.settings(), before.settings(), file.configuration().settings());
        for (var app : file.configuration().apps()) {
            try {
                var planned = planned(app, before, state, others, file, request, settings, events, problems);
                if (planned != null) {
                    apps.add(planned);
                }
            } catch (Refused refused) {
                refused.problems()
                        .forEach(problem -> problems.add(new Problem(
                                "app '" + app.name() + "', " + problem.where(), problem.what(), problem.mend())));
            }
        }
        var routing = Routing.of(
                file.configuration(),
                AcceptedFiles.everyAddress(),
                inForce == null
                        ? AcceptedFiles.states()
                        : inForce.routing().states().next());
        for (var wrong : surroundings.memory().problems(file.configuration().settings())) {
            problems.add(new Problem(
                    path.getFileName() + ", '" + wrong.where().replace('-', '_') + "'", wrong.what(), wrong.mend()));
        }
        var places = Discovery.lookUp(routing, problems);
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        var stays = names(file.configuration());
        var gone = mine.stream()
                .filter(name -> !stays.contains(name) && state.apps().containsKey(name))
                .sorted()
                .toList();
        return new Draft(file, Change.between(before, file.configuration()), apps, gone, settings, routing, places);
    }

    private static final Configuration NOTHING = new Configuration(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), false, Settings.standard());

    private static Set<AppName> names(Configuration configuration) {
        var names = new HashSet<AppName>();
        configuration.apps().forEach(app -> names.add(new AppName(app.name())));
        return names;
    }

    private static Path path(ConfigureRequest request, @Nullable Configured inForce) throws Refused {
        var asked = request.file();
        if (asked == null) {
            if (inForce == null) {
                throw Refused.notFound(
                        "reload",
                        "no configuration file is in force",
                        "'footplate start FILE' puts one in force; 'footplate reload APP' gives one app new processes.");
            }
            return Path.of(inForce.file());
        }
        if (inForce != null && !request.replace() && !inForce.file().equals(asked)) {
            throw new Refused(
                    asked,
                    "another configuration file is in force: " + inForce.file(),
                    "'footplate reload " + asked
                            + "' puts this one in its place; what is in that one alone then goes. For both at once take another home: FOOTPLATE_HOME.");
        }
        return Path.of(asked);
    }

    /** What the file says now counts, what it said before does not; what was set by hand stays. */
    private static Settings settings(Settings now, Settings before, Settings after) {
        var settings = now;
        for (var setting : before.chosen().keySet()) {
            if (!after.chosen().containsKey(setting)) {
                settings = settings.without(setting);
            }
        }
        for (var chosen : after.chosen().entrySet()) {
            if (!chosen.getValue().equals(before.chosen().get(chosen.getKey()))) {
                settings = settings.with(chosen.getKey(), chosen.getValue());
            }
        }
        return settings;
    }

    private @Nullable Planned planned(
            App app,
            Configuration before,
            State state,
            List<AppDefinition> others,
            ConfigurationFile file,
            ConfigureRequest request,
            Settings settings,
            Consumer<Event> events,
            List<Problem> problems)
            throws Refused {
        var name = new AppName(app.name());
        var was = before.apps().stream()
                .filter(each -> each.name().equals(app.name()))
                .findFirst()
                .orElse(null);
        var there = state.apps().get(name);
        var current = was == null || there == null || there.deleted() ? null : there.definition();
        var now = FileApps.variables(app, problems);
        var every = AcceptedFiles.everyAddress();
        var listen = app.listen().isEmpty() ? file.configuration().listen() : app.listen();
        var binding = Routing.binding(listen.getFirst(), every);
        boolean failed = notTaken.contains(name);
        if (current != null
                && !failed
                && app.equals(was)
                && holds(current, now)
                && current.entry().binding().equals(binding)) {
            return null;
        }
        if (there != null && there.rollout() != null && there.rollout().plan().deploy()) {
            throw new Refused(
                    "deploy",
                    "a deploy of it is under way",
                    "End it by 'footplate promote " + name + "' or 'footplate abort " + name + "', then reload.");
        }
        var said = was == null ? Map.<String, String>of() : FileApps.variables(was, new ArrayList<>());
        var asked = FileApps.request(app, binding, FileApps.environment(current, request.env(), said, now));
        Startup startup;
        if (current != null
                && !failed
                && was != null
                && was.root().equals(app.root())
                && was.start().equals(app.start())) {
            // It may run a release by now, and goes on with that.
            startup = new Startup(Path.of(current.root()), current.launch());
            return new Planned(asked, definitions.define(asked, startup, others, settings), current.release());
        }
        startup = surroundings.detect(asked, note -> events.accept(Events.notice(app.name(), note)));
        if (deploys != null) {
            var environment =
                    new HashMap<>(Deploys.withEnvFile(asked, startup.root()).env());
            environment.putAll(now);
            asked = FileApps.request(app, binding, environment);
        }
        return new Planned(asked, definitions.define(asked, startup, others, settings), 0);
    }

    private static boolean holds(AppDefinition current, Map<String, String> variables) {
        var has = new HashMap<String, String>();
        current.environment().forEach((name, value) -> has.put(name, value.reveal()));
        return has.entrySet().containsAll(variables.entrySet());
    }

    private State ask(footplate.core.keep.Event event) throws InterruptedException {
        try {
            return keeper.ask(event).get();
        } catch (ExecutionException never) {
            throw new IllegalStateException("the Keeper answers every event", never);
        }
    }

    /** Refuses to define by hand what a file says. */
    static void refuseIfOfFile(State state, AppName app) throws CallRefused {
        var configured = state.configured();
        if (configured != null && configured.routing().apps().contains(app)) {
            throw new CallRefused(ErrorAnswer.of(
                    ErrorAnswer.REFUSED,
                    new footplate.api.v1.Problem(
                            "app '" + app + "'",
                            "it is an app of " + configured.file(),
                            "Change it there, then 'footplate reload'.")));
        }
    }
}
