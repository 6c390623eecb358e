package io.yolo4j.train;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that trains until somebody kills it: {@code <folder> <name> new|resume <epochs>
 * <batch>}. After that batch, for example {@code 3.2}, it waits for it.
 */
final class KilledRun {
  private KilledRun() {}

  public static void main(String[] arguments) throws IOException {
    TrainOptions options =
        TinyRun.at(Path.of(arguments[0]))
            .options(arguments[1])
            .epochs(Integer.parseInt(arguments[3]))
            .build();
    Trainer trainer =
        arguments[2].equals("new") ? Trainer.of(options) : Trainer.resume(options.folder());
    trainer.run(
        new TrainingListener() {
          @Override
          public void batchDone(BatchProgress progress) {
            String batch = "%d.%d".formatted(progress.epoch(), progress.batch());
            System.out.println("batch " + batch);
            System.out.flush();
            if (batch.equals(arguments[4])) {
              waitForTheEnd();
            }
          }
        });
  }

  private static void waitForTheEnd() {
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
