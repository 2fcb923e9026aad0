package footplate.core.supervise;

import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import java.time.Instant;

/**
 * A start that failed, and everything known about it.
 *
 * @param id what a production error page shows, so that an operator can find the rest
 */
public record StartFailure(String id, AppName app, InstanceId instance, Instant at, Exit exit, Journey journey) {}
