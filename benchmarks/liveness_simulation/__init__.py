"""Simulated liveness sessions, from pictures of real people: what a camera would have seen.

The renderer shares no code with the detector (`visavis.liveness`): the scene and the camera are
made of solid shapes, lights and noise, and know nothing of parallax or correlation. It places its
model of a head with the corners of the eyes and the base of the nose that the default pack finds
in the still pictures; the detector under test uses other points, of another network, found in the
finished frames.

What comes out are simulated genuine sessions and simulated attacks. Rates measured on them are
"refused" and "simulated-attack acceptance", never BPCER, APCER or IAPAR: nobody presented anything.
"""
