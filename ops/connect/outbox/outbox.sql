-- The outbox of a product: what it writes here in the transaction of its own change reaches the topics
-- mdpo.interactions and mdpo.feedback if, and only if, that transaction commits.
CREATE TABLE mdpo_outbox (
  id            uuid  PRIMARY KEY DEFAULT gen_random_uuid(),
  aggregatetype text  NOT NULL CHECK (aggregatetype IN ('interactions', 'feedback')),
  aggregateid   text  NOT NULL, -- the interaction id of both: it becomes the record key
  payload       jsonb NOT NULL, -- the interaction or the feedback
  traceparent   text            -- W3C Trace Context, where the product has one
);

-- Debezium reads the log, not the table: rows may be deleted in the same transaction, or some time later.
CREATE PUBLICATION mdpo_outbox FOR TABLE mdpo_outbox WITH (publish = 'insert');

-- From here on the log is kept for the worker, whether it runs or not.
SELECT pg_create_logical_replication_slot('mdpo_outbox', 'pgoutput');
