import { expect, test } from "vitest";
import { readFeatureQuery, shortQuery } from "./feature-query.ts";

test("an empty address is the first page of all features in order", () => {
  expect(readFeatureQuery({})).toEqual({
    sort: "index",
    order: "asc",
    page: 1,
    per_page: 50,
    state: "all",
    search: "",
    label: "",
    within: "",
    density_min: null,
    density_max: null,
    max_activation_min: null,
    max_activation_max: null,
    nearest_cosine_min: null,
    nearest_cosine_max: null,
    encoder_decoder_cosine_min: null,
    encoder_decoder_cosine_max: null,
    decoder_norm_min: null,
    decoder_norm_max: null,
  });
});

test("numbers are read from text", () => {
  const query = readFeatureQuery({ page: "3", density_min: "0.001", sort: "density" });
  expect(query).toMatchObject({ page: 3, density_min: 0.001, sort: "density" });
});

test("a part that makes no sense counts as absent, the others hold", () => {
  const query = readFeatureQuery({ page: "-1", sort: "beauty", density_max: "2", order: "desc" });
  expect(query).toMatchObject({ page: 1, sort: "index", density_max: null, order: "desc" });
});

test("an empty field of the form is no bound", () => {
  expect(readFeatureQuery({ density_min: "" }).density_min).toBeNull();
});

test("of a repeated parameter the first counts, unknown ones do not", () => {
  expect(readFeatureQuery({ search: ["cat", "dog"], constructor: "x", revision: "y" }).search).toBe(
    "cat",
  );
});

test("the short form holds what differs from the defaults, and reads back the same", () => {
  const query = readFeatureQuery({ sort: "density", order: "desc", page: "1", search: "cat" });
  expect(shortQuery(query)).toEqual({ sort: "density", order: "desc", search: "cat" });
  expect(readFeatureQuery(shortQuery(query))).toEqual(query);
});
