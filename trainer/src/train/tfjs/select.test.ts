import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { largestOfBatch, largestOfRows } from "./select.ts";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const pre = () =>
  tf.tensor2d([
    [3, 1, 3, 3, 2],
    [-1, -2, 4, -3, -5],
  ]);

test("marks each row's largest; of equal ones the first, and no negative one", () => {
  expect(largestOfRows(tf, pre(), 2).arraySync()).toEqual([
    [1, 0, 1, 0, 0],
    [0, 0, 1, 0, 0],
  ]);
});

test("marks the largest among some columns, where there are fewer than k all of them", () => {
  const columns = tf.tensor1d([1, 4], "int32");
  expect(largestOfRows(tf, pre(), 1, columns).arraySync()).toEqual([
    [0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0],
  ]);
  expect(largestOfRows(tf, pre(), 3, columns).arraySync()).toEqual([
    [0, 1, 0, 0, 1],
    [0, 0, 0, 0, 0],
  ]);
});

test("marks a batch's largest, wherever they are", () => {
  expect(largestOfBatch(tf, pre(), 1).arraySync()).toEqual([
    [1, 0, 0, 0, 0],
    [0, 0, 1, 0, 0],
  ]);
  expect(largestOfBatch(tf, pre(), 4).arraySync()).toEqual([
    [1, 1, 1, 1, 1],
    [0, 0, 1, 0, 0],
  ]);
});
