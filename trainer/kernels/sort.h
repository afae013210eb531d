// The entries, which rows made, are sorted by feature: a counting sort, so that one thread can add up all of
// a feature's gradient.
#pragma once
#include "rows.h"

static inline int n_lists(const State *s) { return s->n_dead ? 2 : 1; }
// Whatever the panels' width is here: sums over a part must not depend on it.
static inline Range features_of(const State *s, int part) { return share(0, s->d_sae, PADDED_FEATURES, part); }

// How many entries the features of this part have.
static void count_part(State *s, int part) {
  const Range range = features_of(s, part);
  int total = 0;
  for (int i = 0; i < n_lists(s) * PARTS; i++) {
    const int *hist = s->cursor + (size_t)i * s->d_sae;
    for (int f = range.first; f < range.last; f++) total += hist[f];
  }
  s->part_entries[part] = total;
}

// One thread: where each part's features begin.
static void offsets(State *s) {
  int at = 0;
  for (int p = 0; p <= PARTS; p++) {
    const int n = p < PARTS ? s->part_entries[p] : 0;
    s->part_entries[p] = at;
    at += n;
  }
  s->feature_start[s->d_sae] = at;
}

// Where each feature's entries begin, and where those of each part of the rows go.
static void place_part(State *s, int part) {
  const Range range = features_of(s, part);
  const size_t n = s->d_sae;
  int at = s->part_entries[part];
  for (int f = range.first; f < range.last; f++) {
    s->feature_start[f] = at;
    for (int i = 0; i < n_lists(s) * PARTS; i++) {
      if (i == PARTS) s->feature_aux[f] = at;
      int *cursor = s->cursor + i * n + f;
      const int count = *cursor;
      *cursor = at;
      at += count;
    }
  }
}

static void scatter_row(const State *s, const Entries *e, int row, int *cursor) {
  for (int i = e->start[row]; i < e->start[row] + e->count[row]; i++) {
    const int at = cursor[e->feature[i]]++;
    s->by_row[at] = row;
    s->by_value[at] = e->value[i];
    s->by_grad[at] = e->grad[i];
    if (s->rule != RELU) s->by_extra[at] = e->extra ? e->extra[i] : 0;
  }
}

// A feature's entries end up in the order of their rows.
static void scatter_part(State *s, int part) {
  const Range range = rows_of(s, part);
  const Entries entries = main_entries(s), aux = aux_entries(s);
  for (int row = range.first; row < range.last; row++) {
    scatter_row(s, &entries, row, hist_of(s, 0, part));
    if (s->n_dead) scatter_row(s, &aux, row, hist_of(s, 1, part));
  }
}
