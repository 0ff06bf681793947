"""Asks two servers for their health in turn until standard input ends, and prints how long each answer took.

A program of its own, so that what the test does in Python does not delay it. Two servers, because on a machine with few
cores a test that loads one makes everything slow: what a server that is left in peace takes is not the other's fault.

Standard output: one JSON object, of each target the times in seconds; infinity is an answer that did not come.
"""

import json
import sys
import threading
import time

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

PERIOD = 0.02
PATIENCE = 5.0


def ask(stub: health_pb2_grpc.HealthStub) -> float:
    began = time.monotonic()
    try:
        answer = stub.Check(health_pb2.HealthCheckRequest(service="glossator.v1.AnnotationService"), timeout=PATIENCE)
    except grpc.RpcError:
        return float("inf")
    took = time.monotonic() - began
    return took if answer.status == health_pb2.HealthCheckResponse.SERVING else float("inf")


def main(targets: list[str]):
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    own = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
    stubs = [health_pb2_grpc.HealthStub(grpc.insecure_channel(target, options=own)) for target in targets]
    for stub in stubs:
        ask(stub)
    times = {target: [] for target in targets}
    print("asking", flush=True)
    while not stop.wait(PERIOD):
        for target, stub in zip(targets, stubs, strict=True):
            times[target].append(ask(stub))
    print(json.dumps(times))


if __name__ == "__main__":
    main(sys.argv[1:])
