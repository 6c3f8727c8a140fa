-- What an event and its retries have in common, so that they are in one part of their day: `event_id` as web_events.sql
-- has it. Not the visitor: an event that is sent again with consent has another one than at first.
lower(fields(_record, '{ "event_id": "VARCHAR" }').event_id)
