package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * Requests that have a head and no end yet.
 *
 * @param requests the longest under way first
 */
public record RequestsUnderWay(List<RequestInfo> requests) implements JsonBody {
    public RequestsUnderWay {
        requests = List.copyOf(requests);
    }

    public static RequestsUnderWay read(Fields fields) throws Malformed {
        return new RequestsUnderWay(fields.objects("requests", RequestInfo::read));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("requests", requests);
    }
}
