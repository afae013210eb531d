/** Licences that a dictionary may be given under, by their SPDX ids. */
export const licences = {
  "CC0-1.0": "Creative Commons Zero: no rights reserved",
  "CC-BY-4.0": "Creative Commons Attribution",
  "CC-BY-SA-4.0": "Creative Commons Attribution, Share Alike",
  "CC-BY-NC-4.0": "Creative Commons Attribution, Non Commercial",
  "CC-BY-NC-SA-4.0": "Creative Commons Attribution, Non Commercial, Share Alike",
  MIT: "MIT License",
  "Apache-2.0": "Apache License 2.0",
  "BSD-3-Clause": "BSD 3-Clause License",
  "MPL-2.0": "Mozilla Public License 2.0",
  "GPL-3.0-or-later": "GNU General Public License 3 or later",
  "AGPL-3.0-or-later": "GNU Affero General Public License 3 or later",
  "ODC-By-1.0": "Open Data Commons Attribution",
  "ODbL-1.0": "Open Data Commons Open Database",
  "PDDL-1.0": "Open Data Commons Public Domain Dedication",
} as const;

export type LicenceId = keyof typeof licences;

export const licenceIds = Object.keys(licences) as LicenceId[];
