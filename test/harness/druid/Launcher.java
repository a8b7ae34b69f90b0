import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs ZooKeeper and the five services of one Druid in this JVM.
 *
 * <p>Arguments: the data directory, its sub-folder for this run (which holds one properties file a service), the class
 * path that every service loads for itself, the folder of ZooKeeper's jars, its port, and what becomes of the data
 * directory when the JVM ends: "keep" or "remove".
 *
 * <p>Standard input takes "stop NAME", "start NAME" and "quit"; its end means "quit" too, so that a killed parent leaves
 * nothing behind. Standard output carries one line an event: "launcher up NAME MS", "launcher down NAME MS",
 * "launcher failed NAME TEXT", "launcher complete MS". Everything else that wants to print goes to standard error.
 */
public final class Launcher {
  private static final PrintStream EVENTS = System.out;
  private static final long STOP_LIMIT_SECONDS = 3;

  public static void main(String[] args) {
    try {
      run(args);
    } catch (Throwable e) {
      e.printStackTrace();
      event("failed launcher " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(String[] args) throws Exception {
    long begin = System.nanoTime();
    System.setOut(System.err);
    Path data = Path.of(args[0]).toAbsolutePath();
    Path run = Path.of(args[1]).toAbsolutePath();
    int zooKeeperPort = Integer.parseInt(args[4]);
    boolean remove = args[5].equals("remove");

    // The lock goes with the process however that ends, so no stale one can stand in the way of the next start.
    RandomAccessFile lock = new RandomAccessFile(data.resolve("lock").toFile(), "rw");
    if (lock.getChannel().tryLock() == null) {
      event("failed launcher another Druid runs on this data directory");
      Runtime.getRuntime().halt(3);
    }

    Runtime.getRuntime().addShutdownHook(new Thread(Launcher::endSoon));
    removeOtherRuns(data, run);
    Path unfinished = data.resolve("unfinished");
    removeUnfinishedDatabase(data.resolve("metadata.db"), unfinished);
    URL[] jars = Stream.of(args[2].split(File.pathSeparator)).map(Path::of).map(Launcher::urlOf).toArray(URL[]::new);
    Map<String, Service> services = new LinkedHashMap<>();
    for (String name : Service.NAMES) {
      services.put(name, new Service(name, run.resolve(name + ".properties"), jars));
    }
    CountDownLatch up = new CountDownLatch(services.size());
    for (Service service : services.values()) {
      service.later(
          () -> {
            service.start();
            up.countDown();
          });
    }
    Thread watcher =
        new Thread(
            () -> {
              try {
                up.await();
                Files.deleteIfExists(unfinished);
                event("complete " + millisSince(begin));
              } catch (InterruptedException | IOException e) {
                event("failed launcher " + e);
              }
            });
    watcher.setDaemon(true);
    watcher.start();

    // Beside the services: it is there long before they have loaded what they need to look for it.
    startZooKeeper(jarsIn(Path.of(args[3])), zooKeeperPort, run.resolve("zookeeper"));
    obey(services);
    end(services, remove ? data : null);
  }

  /** Reads commands until "quit" or the end of input. */
  private static void obey(Map<String, Service> services) throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
      String[] words = line.trim().split(" ");
      Service service = words.length == 2 ? services.get(words[1]) : null;
      if (service != null && words[0].equals("start")) {
        service.later(service::start);
      } else if (service != null && words[0].equals("stop")) {
        service.later(service::stop);
      } else {
        event("failed launcher unknown command");
      }
    }
  }

  /** Stops what runs, side by side and not for long, removes the data if told to, and ends the JVM. */
  private static void end(Map<String, Service> services, Path data) throws InterruptedException {
    List<Thread> stops = new ArrayList<>();
    for (Service service : services.values()) {
      Thread stop = new Thread(service::stop);
      stop.setDaemon(true);
      stop.start();
      stops.add(stop);
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_LIMIT_SECONDS);
    for (Thread stop : stops) {
      stop.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
    }
    // Twice, because a thread that still runs may write in between.
    for (int i = 0; data != null && i < 2 && Files.exists(data); i++) {
      removeTree(data);
    }
    Runtime.getRuntime().halt(0);
  }

  /** Druid exits when a service cannot start; other hooks may then wait for ever for what has not started. */
  private static void endSoon() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }

  /** What earlier runs left; whoever holds the lock knows that none of them still lives. */
  private static void removeOtherRuns(Path data, Path run) throws IOException {
    try (Stream<Path> folders = Files.list(data)) {
      folders
          .filter(folder -> folder.getFileName().toString().startsWith("run-") && !folder.equals(run))
          .forEach(Launcher::removeTree);
    }
  }

  /** A start that was killed while it made the database leaves one that no later start could open. */
  private static void removeUnfinishedDatabase(Path database, Path mark) throws IOException {
    if (Files.exists(mark)) {
      removeTree(database);
    }
    if (!Files.exists(database) && !Files.exists(mark)) {
      Files.createFile(mark);
    }
  }

  private static void removeTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException | java.io.UncheckedIOException e) {
      System.err.println("Cannot remove " + root + ": " + e);
    }
  }

  /** Sees nothing of Druid's jars, so that one server does for every version. */
  private static void startZooKeeper(URL[] jars, int port, Path directory) throws Exception {
    ClassLoader classes = new URLClassLoader("zookeeper", jars, ClassLoader.getPlatformClassLoader());
    // ZooKeeper finds some of its own classes by this one.
    Thread.currentThread().setContextClassLoader(classes);
    Class<?> specType = classes.loadClass("org.apache.curator.test.InstanceSpec");
    Object spec =
        specType
            .getConstructor(
                File.class, int.class, int.class, int.class, boolean.class, int.class, int.class, int.class, Map.class,
                String.class)
            .newInstance(
                directory.toFile(), port, -1, -1, false, -1, -1, 200, Map.of("clientPortAddress", "127.0.0.1"), "127.0.0.1");
    classes
        .loadClass("org.apache.curator.test.TestingServer")
        .getConstructor(specType, boolean.class)
        .newInstance(spec, true);
  }

  private static URL[] jarsIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().map(Launcher::urlOf).toArray(URL[]::new);
    }
  }

  private static URL urlOf(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static void event(String text) {
    synchronized (EVENTS) {
      EVENTS.println("launcher " + text.replaceAll("\\s+", " "));
      EVENTS.flush();
    }
  }

  static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }
}
