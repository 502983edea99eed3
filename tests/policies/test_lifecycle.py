import pytest
from tests.factories.policies import a_policy_in_force
from tests.factories.obligors import a_buyer, a_bank_obligor
pytestmark = pytest.mark.django_db
def test_x():
    p = a_policy_in_force()
    assert p.state == "IN_FORCE"
    assert p.number.startswith("SCH-")
    a_buyer(); a_bank_obligor()
    import time; t=time.time(); a_policy_in_force(); print(time.time()-t)
    from policies.letters import contract_of
    from sinosure.documents.services import rendition_of
    open("/tmp/contract.pdf","wb").write(rendition_of(contract_of(p)).file.read())
    from sinosure.documents.models import Document
    open("/tmp/application.pdf","wb").write(rendition_of(Document.objects.filter(kind="policy.application").first()).file.read())
