package footplate.core.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void everyLatencyIsInTheBucketThatBeginsBelowIt() {
        for (long nanos = 1; nanos < 200_000_000_000L; nanos += 1 + nanos / 50) {
            int bucket = Latency.bucket(nanos);
            assertThat(Latency.from(bucket)).isLessThanOrEqualTo(nanos);
            if (bucket + 1 < Latency.BUCKETS) {
                assertThat(Latency.from(bucket + 1)).isGreaterThan(nanos);
                assertThat(bucket == 0 || Latency.from(bucket + 1) <= Latency.from(bucket) * 1.26)
                        .isTrue();
            }
        }
        assertThat(Latency.bucket(Long.MAX_VALUE)).isEqualTo(Latency.BUCKETS - 1);
    }

    @Test
    void quantilesAreTheUpperEndsOfTheirBuckets() {
        var outcomes = new Outcomes();
        for (int i = 1; i <= 100; i++) {
            outcomes.record(i * 1_000_000L, i > 90);
        }
        var sample = outcomes.sample();
        assertThat(sample.requests()).isEqualTo(100);
        assertThat(sample.errorRate()).isEqualTo(0.1);
        assertThat(sample.quantile(0.5)).isBetween(50_000_000L, 63_000_000L);
        assertThat(sample.quantile(1)).isBetween(100_000_000L, 126_000_000L);
        assertThat(sample.slowerThan(sample.quantile(0.5))).isBetween(35L, 50L);
        assertThat(Sample.NONE.quantile(0.5)).isZero();
    }

    @Test
    void anAnswerThatIsCutOffIsAnErrorAfterAll() {
        var outcomes = new Outcomes();
        outcomes.record(1_000, false);
        outcomes.alsoFailed();
        assertThat(outcomes.sample().errors()).isEqualTo(1);
        assertThat(outcomes.sample().requests()).isEqualTo(1);
    }
}
