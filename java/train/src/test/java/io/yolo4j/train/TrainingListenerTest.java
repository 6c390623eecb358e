package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {
  /** A listener that notes the names of the calls and their arguments. */
  private static TrainingListener noting(String name, List<List<@Nullable Object>> calls) {
    return (TrainingListener)
        Proxy.newProxyInstance(
            TrainingListener.class.getClassLoader(),
            new Class<?>[] {TrainingListener.class},
            (proxy, method, arguments) -> {
              List<@Nullable Object> call = new ArrayList<>(List.of(name, method.getName()));
              call.addAll(Arrays.asList(arguments));
              calls.add(call);
              return null;
            });
  }

  private static @Nullable Object anyValue(Class<?> type) {
    return type == int.class ? 7 : null;
  }

  @Test
  void all_everyMethod_reachesEveryListenerInOrder() throws ReflectiveOperationException {
    List<List<@Nullable Object>> calls = new ArrayList<>();
    TrainingListener chain =
        TrainingListener.all(List.of(noting("first", calls), noting("second", calls)));
    int methods = 0;
    for (Method method : TrainingListener.class.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      Object[] arguments =
          Arrays.stream(method.getParameterTypes()).map(TrainingListenerTest::anyValue).toArray();
      calls.clear();
      method.invoke(chain, arguments);
      List<@Nullable Object> first = new ArrayList<>(List.of("first", method.getName()));
      first.addAll(Arrays.asList(arguments));
      List<@Nullable Object> second = new ArrayList<>(first);
      second.set(0, "second");
      assertThat(calls).as(method.getName()).containsExactly(first, second);
      methods++;
    }
    assertThat(methods).isGreaterThanOrEqualTo(9);
  }
}
