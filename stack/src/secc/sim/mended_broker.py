"""amqtt's broker with one mend, without which a client that publishes and leaves at once may not be heard.

amqtt 0.12 sends each new client the retained messages of everybody's subscriptions. A client that leaves with those
unread resets its connection, and amqtt drops what it had received from it but not yet looked at. The override reaches
into amqtt's private parts: tests/adapters/test_sim_broker.py watches it.
"""

from __future__ import annotations

from amqtt.broker import Broker
from amqtt.session import Session


class MendedBroker(Broker):  # type: ignore[misc]
    """A Broker that tells nobody what he did not subscribe to."""

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        subscribers = self._subscriptions.get(subscription[0], ())
        if any(subscriber.client_id == session.client_id for subscriber, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)
