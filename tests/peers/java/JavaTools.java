// Runs Apache Kafka's command-line tools, many in one virtual machine, because each start of one
// costs seconds. A request and an answer are a line each, fields separated by tabs, texts base64:
//
//   time limit in ms | stdin | main class | argument ...
//   exit code | stdout | stderr                              143: the time was over
//
// A tool's exit ends its thread, not the machine: Kafka's Exit is replaced, and System.exit trapped.
import java.io.*;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.*;

public class JavaTools {
    static final class Run {
        final CountDownLatch ended = new CountDownLatch(1);
        final List<Runnable> hooks = new CopyOnWriteArrayList<>();
        volatile int code;

        void end(int with) {
            if (ended.getCount() > 0) {
                code = with;
                ended.countDown();
            }
        }
    }

    static volatile Run current;

    static void exit(int code) {
        current.end(code);
        try {
            Thread.sleep(Long.MAX_VALUE);  // what follows an exit must not run
        } catch (InterruptedException stopped) {
            throw new Error("stopped");
        }
    }

    @SuppressWarnings("removal")
    static void trapSystemExit() {
        System.setSecurityManager(new SecurityManager() {
            @Override public void checkExit(int code) { exit(code); }
            @Override public void checkPermission(java.security.Permission permission) {}
            @Override public void checkPermission(java.security.Permission permission, Object context) {}
        });
    }

    static String decode(String field) {
        return new String(Base64.getDecoder().decode(field), StandardCharsets.UTF_8);
    }

    static String encode(ByteArrayOutputStream text) {
        return Base64.getEncoder().encodeToString(text.toByteArray());
    }

    static String run(String[] fields) throws Exception {
        String[] arguments = new String[fields.length - 3];
        for (int i = 0; i < arguments.length; i++) arguments[i] = decode(fields[i + 3]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(errors);
        System.setIn(new ByteArrayInputStream(decode(fields[1]).getBytes(StandardCharsets.UTF_8)));
        Run run = new Run();
        current = run;
        Thread tool = new Thread(() -> {
            try {
                Class.forName(fields[2]).getMethod("main", String[].class).invoke(null, (Object) arguments);
                run.end(0);
            } catch (InvocationTargetException thrown) {
                errors.print("Exception in thread \"main\" ");
                thrown.getCause().printStackTrace(errors);
                run.end(1);
            } catch (Throwable thrown) {
                thrown.printStackTrace(errors);
                run.end(1);
            }
        });
        tool.setDaemon(true);
        tool.start();
        boolean inTime = run.ended.await(Long.parseLong(fields[0]), TimeUnit.MILLISECONDS);
        for (Runnable hook : run.hooks) {
            Thread thread = new Thread(hook);
            thread.setDaemon(true);
            thread.start();
            thread.join(5000);
        }
        if (!inTime) tool.interrupt();
        System.out.flush();
        System.err.flush();
        return (inTime ? run.code : 143) + "\t" + encode(out) + "\t" + encode(err);
    }

    public static void main(String[] none) throws Exception {
        PrintStream answers = System.out;
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        org.apache.kafka.common.utils.Exit.setExitProcedure((code, message) -> exit(code));
        org.apache.kafka.common.utils.Exit.setHaltProcedure((code, message) -> exit(code));
        org.apache.kafka.common.utils.Exit.setShutdownHookAdder((name, hook) -> current.hooks.add(hook));
        trapSystemExit();
        String line;
        while ((line = requests.readLine()) != null) {
            answers.println(run(line.split("\t", -1)));
            answers.flush();
        }
        System.setSecurityManager(null);
        Runtime.getRuntime().halt(0);
    }
}
