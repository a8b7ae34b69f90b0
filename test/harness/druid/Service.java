import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One Druid service, which can be started and stopped again and again. Its commands are carried out one after the other.
 *
 * <p>Druid is reached by reflection alone: each service loads Druid's classes for itself.
 */
final class Service {
  private static final Map<String, String> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("coordinator", "org.apache.druid.cli.CliCoordinator");
    COMMANDS.put("broker", "org.apache.druid.cli.CliBroker");
    COMMANDS.put("historical", "org.apache.druid.cli.CliHistorical");
    COMMANDS.put("indexer", "org.apache.druid.cli.CliIndexer");
    COMMANDS.put("router", "org.apache.druid.cli.CliRouter");
  }

  static final Set<String> NAMES = COMMANDS.keySet();

  private final String name;
  private final Path properties;
  private final URL[] jars;
  private final ExecutorService turns;
  private Object lifecycle;
  private URLClassLoader classes;

  Service(String name, Path properties, URL[] jars) {
    this.name = name;
    this.properties = properties;
    this.jars = jars;
    this.turns =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "launcher-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  void later(Runnable turn) {
    turns.execute(turn);
  }

  /**
   * Druid keeps the pipeline of its web routes in a static field, which services in one JVM would share: hence a
   * class loader each, and a new one for every start.
   */
  synchronized void start() {
    long begin = System.nanoTime();
    try {
      if (lifecycle == null) {
        Properties settings = new Properties();
        try (InputStream input = new FileInputStream(properties.toFile())) {
          settings.load(input);
        }
        classes = new URLClassLoader(name, jars, Launcher.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(classes);
        Object builder = create("org.apache.druid.guice.StartupInjectorBuilder");
        builder = call(builder, "withProperties", settings);
        builder = call(builder, "withExtensions");
        Object command = create(COMMANDS.get(name));
        call(call(builder, "build"), "injectMembers", command);
        Object injector = call(command, "makeInjector", call(command, "getNodeRoles", settings));
        lifecycle = call(command, "initLifecycle", injector);
      }
      Launcher.event("up " + name + " " + Launcher.millisSince(begin));
    } catch (Throwable e) {
      e.printStackTrace();
      Launcher.event("failed " + name + " " + e);
    }
  }

  synchronized void stop() {
    long begin = System.nanoTime();
    try {
      if (lifecycle != null) {
        Thread.currentThread().setContextClassLoader(classes);
        call(lifecycle, "stop");
        classes.close();
      }
      Launcher.event("down " + name + " " + Launcher.millisSince(begin));
    } catch (Throwable e) {
      e.printStackTrace();
      Launcher.event("failed " + name + " " + e);
    } finally {
      lifecycle = null;
    }
  }

  private Object create(String type) throws Exception {
    return classes.loadClass(type).getDeclaredConstructor().newInstance();
  }

  /** Calls the method of that name and number of parameters, wherever in the object's classes it is declared. */
  private static Object call(Object target, String name, Object... arguments) throws Exception {
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (fits(method, name, arguments)) {
          method.setAccessible(true);
          try {
            return method.invoke(target, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
          }
        }
      }
    }
    throw new NoSuchMethodException(target.getClass().getName() + "." + name);
  }

  private static boolean fits(Method method, String name, Object[] arguments) {
    Class<?>[] types = method.getParameterTypes();
    if (!method.getName().equals(name) || method.isBridge() || types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }
}
