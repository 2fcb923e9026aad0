package footplate.api.v1;

import footplate.api.json.Fields;

/**
 * One request line, its body not yet read: {@code {"v":1,"call":"start","body":{…}}}.
 *
 * @param call what is asked
 * @param body read it with {@code StartRequest.read(body)} and the like; empty where the line had none
 */
public record Request(Call call, Fields body) {}
