// Next-token losses without the logits: W_U's columns are cut into SHARE_COLUMNS, those into CHUNK_COLUMNS, and of
// a block of rows only one chunk of logits exists at a time. A row's sums go over the chunks of a group in order,
// then over the groups in order, whichever threads computed them.
#pragma once
#include "functions.h"
#include "product.h"
#include <math.h>
#include <stdlib.h>

enum {
  LOSS_ROWS = TASK_ROWS / 2,
  CHUNK_COLUMNS = 512, // a multiple of GROUP_COLUMNS
  SHARE_COLUMNS = 8 * CHUNK_COLUMNS
};

// Of one row over one group of columns, with z its logits and z' those of x̂:
typedef struct {
  float max, max_hat;   // of z, of z'
  double sum, sum_hat;  // Σ e^(z − max), Σ e^(z' − max_hat)
  double difference;    // Σ e^(z − max) (z − z')
  float target, target_hat; // their logits, where the target lies in the group; else 0
} Partial;

typedef struct {
  const Losses *l;
  size_t predictions, blocks, groups;
  Partial *partials; // [groups][predictions]
} LossJob;

typedef struct {
  size_t first, context_size;
} Predictions;

// The row of the i-th position that predicts a token: each context's last predicts none.
static size_t predicting(const void *predictions, size_t i) {
  const Predictions *p = predictions;
  const size_t at = p->first + i;
  return at + at / (p->context_size - 1);
}

INLINE float largest_of(const float *z, size_t n) {
  Vec most = splat(-__builtin_inff());
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) most = larger(most, load(z + i));
  float result = largest_lane(most);
  for (; i < n; i++) result = z[i] > result ? z[i] : result;
  return result;
}

// Σ e^(z − max), and Σ e^(z − max) (z − other) where there is another
INLINE double sum_terms(const float *z, const float *other, size_t n, float max, double *difference) {
  Vec sum = splat(0), weighted = splat(0);
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const Vec value = load(z + i), e = exponential(value - splat(max));
    sum += e;
    if (other) weighted += e * (value - load(other + i));
  }
  if (i < n) {
    float rest[LANES];
    store(rest, exponential(load_first(z + i, n - i) - splat(max)));
    const Vec value = load_first(z + i, n - i), e = load_first(rest, n - i);
    sum += e;
    if (other) weighted += e * (value - load_first(other + i, n - i));
  }
  if (other) *difference += sum_lanes(weighted);
  return sum_lanes(sum);
}

INLINE void add_chunk(Partial *p, const float *z, const float *z_hat, size_t n) {
  const float max = largest_of(z, n);
  if (max > p->max) {
    const double shrink = exp((double)p->max - max);
    p->sum *= shrink;
    p->difference *= shrink;
    p->max = max;
  }
  p->sum += sum_terms(z, z_hat, n, p->max, &p->difference);
  if (!z_hat) return;
  const float max_hat = largest_of(z_hat, n);
  if (max_hat > p->max_hat) {
    p->sum_hat *= exp((double)p->max_hat - max_hat);
    p->max_hat = max_hat;
  }
  p->sum_hat += sum_terms(z_hat, NULL, n, p->max_hat, NULL);
}

static void losses_task(const void *job, size_t task, void *scratch) {
  const LossJob *j = job;
  const Losses *l = j->l;
  const size_t depth = l->weight->depth, group = task / j->blocks * SHARE_COLUMNS;
  const size_t first = task % j->blocks * LOSS_ROWS, rows = least(LOSS_ROWS, j->predictions - first);
  const Predictions places = {first, l->context_size};
  char *block = scratch, *block_hat = block + block_bytes(LOSS_ROWS, depth);
  float *z = (float *)(block_hat + block_bytes(LOSS_ROWS, depth)), *z_hat = z + LOSS_ROWS * CHUNK_COLUMNS;
  Partial *partials = j->partials + task / j->blocks * j->predictions + first;
  pack_block(block, l->x, depth, rows, predicting, &places);
  if (l->x_hat) pack_block(block_hat, l->x_hat, depth, rows, predicting, &places);
  for (size_t r = 0; r < rows; r++) partials[r] = (Partial){.max = -INFINITY, .max_hat = -INFINITY};
  const size_t end = least(group + SHARE_COLUMNS, l->weight->columns);
  for (size_t column = group; column < end; column += CHUNK_COLUMNS) {
    const size_t last = least(column + CHUNK_COLUMNS, end), n = last - column;
    multiply_block(block, rows, l->weight, NULL, column, last, z, CHUNK_COLUMNS);
    if (l->x_hat) multiply_block(block_hat, rows, l->weight, NULL, column, last, z_hat, CHUNK_COLUMNS);
    for (size_t r = 0; r < rows; r++) {
      const float *row = z + r * CHUNK_COLUMNS, *row_hat = l->x_hat ? z_hat + r * CHUNK_COLUMNS : NULL;
      add_chunk(&partials[r], row, row_hat, n);
      const size_t target = (size_t)l->targets[first + r];
      if (target < column || target >= last) continue;
      partials[r].target = row[target - column];
      if (row_hat) partials[r].target_hat = row_hat[target - column];
    }
  }
}

// log p of a target is its logit less log Σ e^z; KL = Σ p (z − z') − log Σ e^z + log Σ e^z'
static void finish_row(const LossJob *j, size_t i) {
  const Losses *l = j->l;
  Partial all = j->partials[i];
  for (size_t group = 1; group < j->groups; group++) {
    const Partial *p = &j->partials[group * j->predictions + i];
    const float max = p->max > all.max ? p->max : all.max, max_hat = p->max_hat > all.max_hat ? p->max_hat : all.max_hat;
    const double before = exp((double)all.max - max), now = exp((double)p->max - max);
    all.sum = all.sum * before + p->sum * now;
    all.difference = all.difference * before + p->difference * now;
    all.max = max;
    all.target += p->target;
    if (!l->x_hat) continue;
    all.sum_hat = all.sum_hat * exp((double)all.max_hat - max_hat) + p->sum_hat * exp((double)p->max_hat - max_hat);
    all.max_hat = max_hat;
    all.target_hat += p->target_hat;
  }
  const double log_sum = all.max + log(all.sum);
  l->ce[i] = (float)(log_sum - all.target);
  if (!l->x_hat) return;
  const double log_sum_hat = all.max_hat + log(all.sum_hat);
  l->ce_hat[i] = (float)(log_sum_hat - all.target_hat);
  l->kl[i] = (float)(all.difference / all.sum - log_sum + log_sum_hat);
}

static int losses(Pool *pool, const Losses *l) {
  LossJob job = {.l = l, .predictions = l->contexts * (l->context_size - 1)};
  job.blocks = parts_of(job.predictions, LOSS_ROWS);
  job.groups = parts_of(l->weight->columns, SHARE_COLUMNS);
  job.partials = malloc(job.groups * job.predictions * sizeof(Partial));
  if (!job.partials) return 0;
  const size_t logits = LOSS_ROWS * CHUNK_COLUMNS * sizeof(float);
  const size_t scratch = 2 * (block_bytes(LOSS_ROWS, l->weight->depth) + logits);
  const int done = pool_run(pool, job.groups * job.blocks, scratch, losses_task, &job);
  for (size_t i = 0; done && i < job.predictions; i++) finish_row(&job, i);
  free(job.partials);
  return done;
}
