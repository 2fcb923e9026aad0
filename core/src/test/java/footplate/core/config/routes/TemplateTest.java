package footplate.core.config.routes;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.Template.Fixed;
import footplate.core.config.routes.Template.Named;
import org.junit.jupiter.api.Test;

final class TemplateTest {
    @Test
    void namesStandWithBracesOrWithout() {
        assertThat(Template.of("http://host_${node}:80$uri?x").parts())
                .containsExactly(
                        new Fixed("http://host_"),
                        new Named("node"),
                        new Fixed(":80"),
                        new Named("uri"),
                        new Fixed("?x"));
        assertThat(Template.of("$request_uri").parts()).containsExactly(new Named("request_uri"));
        assertThat(Template.of("${a}${b}").names()).containsExactly("a", "b");
    }

    @Test
    void aDollarSignThatBeginsNoNameIsADollarSign() {
        assertThat(Template.of("$").parts()).containsExactly(new Fixed("$"));
        assertThat(Template.of("a$-${b").parts()).containsExactly(new Fixed("a$-${b"));
        assertThat(Template.of("${}").parts()).containsExactly(new Fixed("${}"));
        assertThat(Template.of("").parts()).isEmpty();
    }
}
