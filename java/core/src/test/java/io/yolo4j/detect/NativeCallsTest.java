package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A detection crosses to native code as often for many boxes as for few; a debugger counts. */
@Timeout(180)
final class NativeCallsTest {
  private static final List<String> NATIVE_CLASSES =
      List.of("io.yolo4j.bindings.*", "org.bytedeco.javacpp.*");

  /** Calls of native methods, by the last marker that was passed and by their names. */
  private final Map<String, Map<String, Integer>> calls = new TreeMap<>();

  private String marker = "";

  @Test
  void detect_manyBoxes_callsNoMoreThanForFew() throws Exception {
    VirtualMachine machine = launch();
    try {
      ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
      prepared.addClassFilter(CountedDetection.class.getName());
      prepared.enable();
      follow(machine);
      String output =
          new String(machine.process().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(machine.process().waitFor()).as(output).isZero();
      String[] boxes = output.strip().split(" ", -1);
      assertThat(Integer.parseInt(boxes[0])).as("few").isLessThan(20);
      assertThat(Integer.parseInt(boxes[1])).as("many").isGreaterThan(200);
    } finally {
      machine.process().destroy();
    }
    assertThat(calls).containsOnlyKeys("few", "many");
    assertThat(calls.get("many")).isEqualTo(calls.get("few"));
    assertThat(calls.get("many"))
        .containsEntry("yolo4j_plan_run", 1)
        .containsEntry("yolo4j_decode_level", 3)
        .containsEntry("yolo4j_nms_run", 1);
  }

  private static VirtualMachine launch() throws Exception {
    LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    String path = System.getProperty("java.class.path");
    set(arguments, "home", System.getProperty("java.home"));
    set(arguments, "main", CountedDetection.class.getName());
    set(arguments, "options", "-Xmx512m -Dslf4j.internal.verbosity=ERROR -cp \"" + path + "\"");
    return connector.launch(arguments);
  }

  private static void set(Map<String, Connector.Argument> arguments, String name, String value) {
    Objects.requireNonNull(arguments.get(name), name).setValue(value);
  }

  private void follow(VirtualMachine machine) throws InterruptedException {
    while (true) {
      EventSet events = machine.eventQueue().remove();
      for (Event event : events) {
        if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
          return;
        }
        handle(machine, event);
      }
      events.resume();
    }
  }

  private void handle(VirtualMachine machine, Event event) {
    if (event instanceof ClassPrepareEvent prepared) {
      List.of("few", "many", "end")
          .forEach(name -> stopIn(machine, prepared.referenceType(), name));
    } else if (event instanceof BreakpointEvent stopped) {
      marker = stopped.location().method().name();
      if (marker.equals("few")) {
        NATIVE_CLASSES.forEach(classes -> countIn(machine, classes));
      }
    } else if (event instanceof MethodEntryEvent entered) {
      Method method = entered.method();
      if (method.isNative() && !marker.equals("end")) {
        calls.computeIfAbsent(marker, key -> new TreeMap<>()).merge(method.name(), 1, Integer::sum);
      }
    }
  }

  private static void stopIn(VirtualMachine machine, ReferenceType type, String method) {
    machine
        .eventRequestManager()
        .createBreakpointRequest(type.methodsByName(method).get(0).location())
        .enable();
  }

  private static void countIn(VirtualMachine machine, String classes) {
    MethodEntryRequest entries = machine.eventRequestManager().createMethodEntryRequest();
    entries.addClassFilter(classes);
    entries.setSuspendPolicy(EventRequest.SUSPEND_NONE);
    entries.enable();
  }
}
