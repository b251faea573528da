//! The right-to-information desk: requests, their clocks, answers and letters.
