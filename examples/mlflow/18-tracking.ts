// What a run says of itself, and how runs are found again.
import { createTouchstone } from '@touchstone/core';
import { exactMatch } from '@touchstone/metric-text';
import { answered } from './questions.ts';

// mlflow.set_tracking_uri("sqlite:///mlflow.db"): the store. Without one, runs are kept in memory.
await using touchstone = createTouchstone();

// with mlflow.start_run(run_name="lower case", tags={"team": "qa"}):
await touchstone.withRun({ experiment: 'capitals', name: 'lower case', tags: { team: 'qa' } }, async (run) => {
  // mlflow.log_param("prompt", 7)
  await run.logParam('prompt', 7);
  // mlflow.log_metric("loss", 0.25, step=3)
  await run.logMetric('loss', 0.25, { step: 3 });
  // mlflow.set_tag("reviewed", "yes")
  await run.setTag('reviewed', 'yes');
  // mlflow.log_text("…", "notes.txt")
  await run.logArtifact('notes.txt', 'Compared without regard to case.');
  // with mlflow.start_run(nested=True):
  await run.withRun({ name: 'child' }, async (child) => {
    await child.evaluate({
      data: answered,
      targets: 'ground_truth',
      predictions: 'predictions',
      extraMetrics: [exactMatch({ ignoreCase: true })],
    });
  });
});

// mlflow.search_runs(filter_string="metrics.`exact_match/v1` > 0.4")
for (const run of await touchstone.runs({ where: 'metrics.exact_match/v1 > 0.4' })) console.log(run.name, run.status);
// mlflow.search_runs(filter_string="params.prompt = '7' and tags.team = 'qa'")
for (const run of await touchstone.runs({ where: "params.prompt = '7' and tags.team = 'qa'" })) console.log(run.name, run.tags);
