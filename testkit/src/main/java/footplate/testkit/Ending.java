package footplate.testkit;

import footplate.core.keep.AppState;
import footplate.core.name.RunId;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Phase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What is still missing until a world is as its operators want it, in words. */
record Ending(World world, Wishes wishes, Promises promises, Processes processes, Traffic traffic) {
    List<String> missing() {
        var missing = new ArrayList<String>();
        var known = new HashSet<RunId>();
        if (world.state().leaving() && !world.hasLeft()) {
            missing.add("the daemon is to leave, and stays");
        }
        for (var app : world.state().apps().values()) {
            var name = app.definition().name();
            var wish = wishes.of(name);
            if (wish == null) {
                missing.add(name + " is deleted, and still there");
            } else {
                app(app, wish, missing);
            }
            app.instances().forEach(i -> {
                if (i.phase() instanceof Phase.Up up) {
                    known.add(up.run());
                }
            });
        }
        wishes.all().forEach((name, wish) -> {
            if (!world.state().apps().containsKey(name)) {
                missing.add(name + " is forgotten");
            }
        });
        processes.alive().forEach(process -> {
            if (!known.contains(process.run)) {
                missing.add(process + " runs, and no ready instance has it");
            }
        });
        if (traffic.open() > 0) {
            missing.add(traffic.open() + " requests have no end, " + traffic.queued() + " of them in queues");
        }
        return missing;
    }

    private void app(AppState app, Wishes.Wish wish, List<String> missing) {
        var name = app.definition().name();
        if (app.instances().stream().anyMatch(i -> !i.wanted())) {
            missing.add(name + " has instances that are to go");
        }
        if (app.wanted() != wish.wanted) {
            missing.add(name + " is " + (wish.wanted ? "to run, and is stopped" : "to be stopped, and is not"));
        }
        if (!app.definition().equals(wish.definition)) {
            missing.add(name + " has another definition than the one in force");
        }
        if (!world.state().leaving() && (wish.pending != 0 || app.rollout() != null)) {
            missing.add(name + " has not told what became of change " + wish.pending);
        }
        if (!app.wanted() || world.state().leaving()) {
            return;
        }
        boolean gaveUp = false;
        for (var instance : app.instances()) {
            gaveUp |= instance.isFailed();
            if (instance.isFailed() && (app.lastFailure() == null || !promises.wasGivenUp(instance.id()))) {
                missing.add("instance " + instance.id() + " was given up without a word");
            }
            if (!instance.isFailed() && !instance.isUp()) {
                missing.add("instance " + instance.id() + " is neither ready nor given up");
            }
            if (instance.phase() instanceof Phase.Up up) {
                serves(app, instance, up, missing);
            }
        }
        if (app.warm() != null) {
            missing.add(name + " still keeps its old processes");
        }
        if (!gaveUp && app.instances().stream().anyMatch(i -> i.replace() && !i.aside())) {
            missing.add(name + " has instances to be replaced");
        }
    }

    private void serves(AppState app, Instance instance, Phase.Up up, List<String> missing) {
        var process = processes.get(up.run());
        if (process == null || !process.alive) {
            missing.add("instance " + instance.id() + " has no process");
        } else if (!process.definition.launch().equals(app.definition().launch()) && !instance.replace()) {
            missing.add("instance " + instance.id() + " serves another definition than the one in force");
        }
    }
}
