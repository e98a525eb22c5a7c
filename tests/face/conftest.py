from __future__ import annotations

import pytest

from tests.models.mtcnn_files import weight_file
from visavis.face._mtcnn import Mtcnn
from visavis.models import build_onet, build_pnet, build_rnet, open_session, read_mtcnn


@pytest.fixture(scope="session")
def mtcnn() -> Mtcnn:
    """The default detector, built from its weight files without a cache."""
    return Mtcnn(
        pnet=open_session(build_pnet(read_mtcnn(weight_file("pnet.lz4")))),
        rnet=open_session(build_rnet(read_mtcnn(weight_file("rnet.lz4")))),
        onet=open_session(build_onet(read_mtcnn(weight_file("onet.lz4")))),
    )
