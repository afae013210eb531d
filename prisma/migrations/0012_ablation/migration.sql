-- What the loss becomes without a feature: computed when it is first asked for, and kept.
CREATE TABLE ablation (
    revision_id integer NOT NULL,
    feature integer NOT NULL,
    formula_version integer NOT NULL,
    contexts bytea NOT NULL,

    CONSTRAINT ablation_pkey PRIMARY KEY (revision_id, feature),
    CONSTRAINT ablation_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES revision (id)
        ON DELETE CASCADE ON UPDATE CASCADE
);
