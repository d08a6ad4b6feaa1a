"""A small OpenAI-compatible server on loopback that behaves as it is told, well or badly."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-very-secret-key-0123456789"


class EndpointServer:
    """Answers with a number that depends on prompt and seed; `plan` says how each request in turn goes wrong.

    `plan` is a list of faults, None for a request that goes well; after its end all go well. A fault that holds for all
    requests is in `always`.
    """

    def __init__(self, plan=(), always=None, slow=0.0, tokens=5, prompt_tokens=11):
        self.plan, self.always, self.slow, self.tokens = list(plan), always, slow, tokens
        self.prompt_tokens = prompt_tokens
        self.bodies, self.keys, self.answered = [], [], 0
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_POST(self):
                with owner.lock:
                    owner.at_once += 1
                    owner.most_at_once = max(owner.most_at_once, owner.at_once)
                try:
                    owner.handle(self)
                except (BrokenPipeError, ConnectionError):
                    pass
                finally:
                    with owner.lock:
                        owner.at_once -= 1

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *arguments: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        with self.lock:
            self.bodies.append(body)
            self.keys.append(request.headers.get("Authorization"))
            fault = self.plan.pop(0) if self.plan else self.always
        if self.slow:
            time.sleep(self.slow)
        self.answer(request, body, fault)

    def answer(self, request, body, fault):
        if isinstance(fault, tuple):
            status, headers, text = fault
            self.send(request, status, text.encode(), headers)
            return
        if fault == "drop":
            request.connection.close()
            return
        data = json.dumps(self.completion(body, fault)).encode()
        if fault == "no json":
            data = b"<html>It works!</html>"
        if fault == "no choices":
            data = b'{"object": "list"}'
        if fault == "half":
            request.send_response(200)
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data[: len(data) // 2])
            return
        if fault == "drip":
            request.send_response(200)
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            for byte in data:
                request.wfile.write(bytes([byte]))
                request.wfile.flush()
                time.sleep(0.1)
            return
        with self.lock:
            self.answered += 1
        self.send(request, 200, data, {})

    @staticmethod
    def send(request, status, data, headers):
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def completion(self, body, fault):
        count = 1 if fault == "n ignored" else body.get("n", 1)
        asked = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
        choices = []
        for i in range(count):
            digest = hashlib.sha256(f"{asked}/{body.get('seed')}/{i}".encode()).digest()
            text = "a copy " * 40 + "7" if fault == "copies" else f"It is {digest[0] % 3}."
            if fault == "echo":
                text = f"the key was {self.keys[-1]}"
            made = self.tokens * 100 if fault == "no limit" else self.tokens
            choice = {"index": i, "finish_reason": "stop"}
            logs = {"content": [{"token": "x", "logprob": -0.5}] * made} if body.get("logprobs") is True else None
            if "messages" in body:
                choices.append({**choice, "message": {"role": "assistant", "content": text}, "logprobs": logs})
            else:
                logs = {"token_logprobs": [-0.25] * made} if "logprobs" in body else None
                choices.append({**choice, "text": text, "logprobs": logs})
        usage = {"prompt_tokens": self.prompt_tokens, "completion_tokens": made * count}
        answer = {"id": f"cmpl-{len(self.bodies)}", "choices": choices, "usage": usage}
        if fault == "no usage":
            del answer["usage"]
        return answer
