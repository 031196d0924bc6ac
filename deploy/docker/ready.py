"""`python ready.py PORT PATH`: exit code 0 when a GET of this container's own port is answered with 200."""

import sys
from http.client import HTTPConnection, HTTPException

OK = 200

connection = HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=3)
try:
    connection.request("GET", sys.argv[2])
    sys.exit(0 if connection.getresponse().status == OK else 1)
except (OSError, HTTPException) as reason:
    sys.exit(f"{sys.argv[2]} is not answered: {reason}")
