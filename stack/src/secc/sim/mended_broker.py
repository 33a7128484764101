"""amqtt's broker with two mends, without which a client that publishes and leaves at once is not heard.

amqtt 0.12 sends each new client the retained messages of everybody's subscriptions, and forgets messages
that still wait in line when their sender disconnects. Both overrides reach into its private parts:
tests/adapters watch them.
"""

from __future__ import annotations

import asyncio

from amqtt.broker import Broker
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session


class MendedBroker(Broker):  # type: ignore[misc]
    """A Broker that hears out those who leave, and tells nobody what he did not subscribe to."""

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        subscribers = self._subscriptions.get(subscription[0], ())
        if any(subscriber.client_id == session.client_id for subscriber, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _client_message_loop(self, client_session: Session, handler: BrokerProtocolHandler) -> None:
        await super()._client_message_loop(client_session, handler)
        # All at once: the broker's own housekeeping empties the queues of those who left.
        queue = client_session.delivered_message_queue
        waiting = [queue.get_nowait() for _ in range(queue.qsize())]
        for item in waiting:
            message = asyncio.get_running_loop().create_future()
            message.set_result(item)
            if not await self._handle_message_delivery(client_session, handler, message):
                return
