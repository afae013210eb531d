// The n·k largest activations of a batch of n rows (Bussmann et al. 2024), chosen among entries by radix:
// positive floats are ordered as their bits are, so three histograms of 11, 10 and 10 bits find the smallest
// that stays. Of those equal to it the ones of the lowest rows stay, and in a row of the lowest features.
#pragma once
#include "rows.h"

enum { DIGITS = 2048 };

static inline int *digits_of(const State *s, int part) { return s->digits + (size_t)part * DIGITS; }

// Histogram of select_width bits from bit select_shift on, of activations whose higher bits are select_prefix.
static void digits_part(State *s, int part) {
  const Range range = rows_of(s, part);
  const int shift = s->select_shift, higher = shift + s->select_width, mask = (1 << s->select_width) - 1;
  int *count = digits_of(s, part);
  __builtin_memset(count, 0, DIGITS * sizeof(int));
  for (int row = range.first; row < range.last; row++)
    for (int i = s->row_start[row]; i < s->row_start[row] + s->row_count[row]; i++) {
      const int bits = to_bits(s->entry_value[i]);
      if (higher > 30 || bits >> higher == s->select_prefix) count[bits >> shift & mask]++;
    }
}

// One thread: the digit that the select_wanted-th largest has; how many of that digit's are wanted. After the
// last digit these are equal, and part_ties says how many of each part stay.
static void select_digit(State *s) {
  int digit = (1 << s->select_width) - 1;
  for (;; digit--) {
    int count = 0;
    for (int p = 0; p < PARTS; p++) count += digits_of(s, p)[digit];
    if (count >= s->select_wanted) break;
    s->select_wanted -= count;
  }
  s->select_prefix = s->select_prefix << s->select_width | digit;
  for (int p = 0, left = s->select_wanted; p < PARTS; p++) {
    const int count = digits_of(s, p)[digit];
    s->part_ties[p] = count < left ? count : left;
    left -= s->part_ties[p];
  }
}

// Drops the entries that were not chosen.
static void choose_part(State *s, int part) {
  const Range range = rows_of(s, part);
  const float least = from_bits(s->select_prefix);
  int ties = s->part_ties[part];
  for (int row = range.first; row < range.last; row++) {
    const int first = s->row_start[row], last = first + s->row_count[row];
    int kept = first;
    for (int i = first; i < last; i++) {
      const float value = s->entry_value[i];
      const int tie = (value == least) & (ties > 0);
      s->entry_value[kept] = value;
      s->entry_feature[kept] = s->entry_feature[i];
      kept += (value > least) | tie;
      ties -= tie;
    }
    s->row_count[row] = kept - first;
  }
}

// One thread: moves the entries of rows [0, last_row) together, so that there is room for those of more rows.
static void compact(State *s) {
  int at = 0;
  for (int row = 0; row < s->last_row; row++) {
    const int from = s->row_start[row], n = s->row_count[row];
    __builtin_memcpy(s->by_row + at, s->entry_feature + from, n * sizeof(int));
    __builtin_memcpy(s->by_value + at, s->entry_value + from, n * sizeof(float));
    s->row_start[row] = at;
    at += n;
  }
  __builtin_memcpy(s->entry_feature, s->by_row, at * sizeof(int));
  __builtin_memcpy(s->entry_value, s->by_value, at * sizeof(float));
  s->entries_used = at;
}
